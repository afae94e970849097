-- The only doors of the vault. The functions belong to the owner; the application may call
-- them and may not touch the table. search_path ends with pg_temp because a function that
-- runs with its owner's rights must not find a caller's temporary table first.

CREATE FUNCTION profiles_vault_read(permit_id uuid)
RETURNS TABLE (attribute text, month date, part integer, version smallint, box bytea,
               source text, recorded_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.attribute, b.month, b.part, b.version, b.box, b.source, b.recorded_at
      FROM consent_permit p
      JOIN consent_consentstate s ON s.subject_id = p.subject AND s.epoch = p.epoch
      JOIN profiles_vaultblock b ON b.subject = p.subject AND b.attribute = ANY (p.attributes)
     WHERE p.id = permit_id
       AND p.expires_at > clock_timestamp()
       AND (s.until IS NULL OR s.until > clock_timestamp())
     ORDER BY b.attribute, b.month, b.part
$$;

CREATE FUNCTION profiles_vault_read_page(permit_id uuid, after_attribute text, after_month date,
                                         after_part integer, page integer)
RETURNS TABLE (attribute text, month date, part integer, version smallint, box bytea,
               source text, recorded_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.attribute, b.month, b.part, b.version, b.box, b.source, b.recorded_at
      FROM consent_permit p
      JOIN consent_consentstate s ON s.subject_id = p.subject AND s.epoch = p.epoch
      JOIN profiles_vaultblock b ON b.subject = p.subject AND b.attribute = ANY (p.attributes)
     WHERE p.id = permit_id
       AND p.expires_at > clock_timestamp()
       AND (s.until IS NULL OR s.until > clock_timestamp())
       AND (b.attribute, b.month, b.part) > (after_attribute, after_month, after_part)
     ORDER BY b.attribute, b.month, b.part
     LIMIT least(page, 5000)
$$;

CREATE FUNCTION profiles_vault_read_bulk(permit_id uuid, subjects uuid[])
RETURNS TABLE (subject uuid, epoch bigint, attribute text, month date, part integer,
               version smallint, box bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.subject, s.epoch, b.attribute, b.month, b.part, b.version, b.box
      FROM consent_permit p
      JOIN consent_consentstate s ON s.subject_id = ANY (subjects) AND s.shape = ANY (p.shapes)
      JOIN consent_verdict v
        ON v.shape = s.shape AND v.purpose = p.purpose AND v.recipient = p.recipient
       AND v.channel = p.channel
      JOIN consent_catalogueversion c ON c.version = v.catalogue
      JOIN profiles_vaultblock b
        ON b.subject = s.subject_id AND b.attribute = ANY (p.attributes)
       AND b.attribute = ANY (v.permitted)
     WHERE p.id = permit_id
       AND p.expires_at > clock_timestamp()
       AND (v.valid_until IS NULL OR v.valid_until > clock_timestamp())
       AND (s.until IS NULL OR s.until > clock_timestamp())
$$;

CREATE FUNCTION profiles_vault_put(subjects uuid[], attributes text[], months date[],
                                   versions smallint[], boxes bytea[], put_source text,
                                   put_at timestamptz, add_part boolean)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM consent_subject
                WHERE id = ANY (subjects) AND status = 'erased') THEN
        RAISE EXCEPTION 'The vault takes nothing of an erased person.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF add_part THEN
        INSERT INTO profiles_vaultblock
        SELECT n.subject, n.attribute, n.month,
               coalesce((SELECT max(b.part) + 1 FROM profiles_vaultblock b
                          WHERE b.subject = n.subject AND b.attribute = n.attribute
                            AND b.month = n.month), 0),
               n.version, n.box, put_source, put_at
          FROM unnest(subjects, attributes, months, versions, boxes)
               AS n(subject, attribute, month, version, box);
    ELSE
        INSERT INTO profiles_vaultblock
        SELECT n.subject, n.attribute, n.month, 0, n.version, n.box, put_source, put_at
          FROM unnest(subjects, attributes, months, versions, boxes)
               AS n(subject, attribute, month, version, box)
        ON CONFLICT (subject, attribute, month, part) DO UPDATE
           SET version = excluded.version, box = excluded.box,
               source = excluded.source, recorded_at = excluded.recorded_at;
    END IF;
END
$$;

-- What is held of a person, without its values: the privacy pages and erasure count with it.
CREATE FUNCTION profiles_vault_inventory(subject_id uuid)
RETURNS TABLE (attribute text, blocks bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT attribute, count(*) FROM profiles_vaultblock
     WHERE subject = subject_id GROUP BY attribute ORDER BY attribute
$$;

CREATE FUNCTION profiles_vault_erase(subject_id uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE gone bigint;
BEGIN
    DELETE FROM profiles_vaultblock WHERE subject = subject_id;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
