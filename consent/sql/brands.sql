-- What a catalogue of one brand leaves open once there may be several: the controller whose
-- purposes it holds is the main one, its purposes are named by their bare codes.

UPDATE consent_controller SET is_main = true
 WHERE code = (SELECT c.code FROM consent_controller c
                 LEFT JOIN consent_purpose p ON p.controller_id = c.code
                GROUP BY c.code ORDER BY count(p.id) DESC, c.code LIMIT 1);

UPDATE consent_purpose p
   SET name = CASE WHEN c.is_main THEN p.code ELSE c.code || ':' || p.code END
  FROM consent_controller c WHERE c.code = p.controller_id;

UPDATE consent_recipient
   SET controller_id = (SELECT code FROM consent_controller WHERE is_main)
 WHERE role = 'first_party';

UPDATE consent_attribute SET provider = 'shop' WHERE provenance <> 'provided';

INSERT INTO consent_channel
       (code, label, electronic, default_level, needs_named_yes, position)
VALUES ('shop_page', '{"en": "Shop page", "uk": "Сторінка магазину"}', true, 4, false, 1),
       ('pop_up', '{"en": "Pop-up", "uk": "Спливне вікно"}', true, 4, false, 2),
       ('email', '{"en": "E-mail", "uk": "Електронна пошта"}', true, 4, false, 3),
       ('sms', '{"en": "Text message", "uk": "SMS"}', true, 2, false, 4),
       ('messenger', '{"en": "Messenger", "uk": "Месенджер"}', true, 2, false, 5),
       ('web_push', '{"en": "Browser notification", "uk": "Сповіщення браузера"}', true, 2, false, 6),
       ('app_push', '{"en": "App notification", "uk": "Сповіщення застосунку"}', true, 2, false, 7),
       ('social', '{"en": "Social network", "uk": "Соціальна мережа"}', true, 1, false, 8),
       ('ad_audience', '{"en": "Advertising audience", "uk": "Рекламна аудиторія"}', true, 1, false, 9),
       ('post', '{"en": "Post", "uk": "Пошта"}', false, 2, false, 10),
       ('till_receipt', '{"en": "Till receipt", "uk": "Касовий чек"}', false, 2, false, 11),
       ('cashier', '{"en": "At the till", "uk": "На касі"}', false, 1, false, 12),
       ('staff', '{"en": "Shop staff", "uk": "Працівники магазину"}', false, 1, false, 13),
       ('call_centre', '{"en": "Call centre", "uk": "Телефонна служба"}', false, 1, false, 14),
       ('chat', '{"en": "Chat", "uk": "Чат"}', true, 2, false, 15),
       ('in_store_sensing', '{"en": "Sensors in the shop", "uk": "Датчики в магазині"}', true, 0, true, 16);

DO $$
DECLARE watched text;
BEGIN
    FOREACH watched IN ARRAY ARRAY['consent_channel', 'consent_feature'] LOOP
        EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION consent_catalogue_moved()',
            watched || '_moves_the_catalogue', watched);
    END LOOP;
END
$$;

-- Because a foreign key that is still to be checked forbids the constraints that follow.
SET CONSTRAINTS ALL IMMEDIATE;
