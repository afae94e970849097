DROP TRIGGER IF EXISTS consent_channel_moves_the_catalogue ON consent_channel;
DROP TRIGGER IF EXISTS consent_feature_moves_the_catalogue ON consent_feature;
