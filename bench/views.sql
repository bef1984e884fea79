-- {tickets} tickets over two years for lists and counts, without what was said on them: 4 % of them unsolved, the old ones
-- closed. 20 of 200 fields are filled in of each: 10 of the even ones, which are choices, 10 of the odd ones, which are numbers. Agents are 20001 to 20050.
SELECT setseed(0.42);
INSERT INTO people_user (id, password, name, email, is_verified, role, is_owner, ticket_restriction,
    only_private_comments, is_active, is_suspended, partner_name, is_partner_agent, phone, time_zone, locale, alias,
    details, notes, signature, tags, created_at, updated_at)
SELECT n, '', CASE WHEN n > 20000 THEN 'Agent ' ELSE 'Person ' END || md5(n::text), 'p' || n || '@example.org', true,
    CASE WHEN n > 20000 THEN 'agent' ELSE 'end-user' END, false, '', false, true, false, '', false, '', 'UTC', 'en-US',
    '', '', '', '', '{{}}', now(), now()
FROM generate_series(10001, 20050) n;
INSERT INTO people_group (id, name, description, is_public, is_confidential, is_default, is_deleted, created_at, updated_at)
SELECT n, 'Group ' || n, '', true, false, false, false, now(), now() FROM generate_series(10001, 10010) n;
INSERT INTO brands_brand (id, name, subdomain, is_default, is_active, has_help_center, colour, tagline,
    signature_template, created_at, updated_at)
SELECT n, 'Brand ' || n, 'brand' || n, false, true, true, '#000000', '', '', now(), now()
FROM generate_series(10001, 10004) n;
INSERT INTO tickets_ticket (id, subject, status, priority, type, requester_id, submitter_id, assignee_id, group_id,
    organization_id, brand_id, tags, custom_fields, channel, channel_source, is_public, is_confidential, created_at,
    updated_at, generated_at, status_updated_at, solved_at)
SELECT n, 'Ticket ' || n, status, (ARRAY[NULL, 'low', 'normal', 'high', 'urgent'])[1 + n % 5],
    (ARRAY[NULL, 'question', 'incident'])[1 + n % 3], person, person,
    CASE WHEN status <> 'new' AND n % 7 > 0 THEN 20001 + n % 50 END, 10001 + n % 10, NULL, 10001 + n % 4,
    ARRAY['topic_' || n % 97],
    (SELECT jsonb_object_agg((100 + 2 * ((spread + k * 5) % 100) + k % 2)::text, CASE WHEN k % 2 = 0
        THEN to_jsonb('choice_' || (spread / 100 + k) % 50) ELSE to_jsonb(spread / 100 * k % 1000) END)
        FROM generate_series(1, 20) k),
    'web', '{{}}', true, false, created, least(now(), created + age), now(), least(now(), created + age),
    CASE WHEN status IN ('solved', 'closed') THEN least(now(), created + age) END
FROM generate_series(1, {tickets}) n
CROSS JOIN LATERAL (SELECT abs(hashint4(n) / 1000) AS spread, 10001 + (n::bigint * 7919) % 10000 AS person,
    now() - interval '730 days' * (1 - n::float / {tickets}) AS created, interval '9 days' * power(random(), 3) AS age,
    CASE WHEN n > {tickets} * 0.96
        THEN (ARRAY['new', 'open', 'open', 'pending', 'hold', 'solved', 'solved', 'solved'])[1 + n % 8]
        WHEN n % 40 = 0 THEN (ARRAY['open', 'pending', 'hold', 'solved'])[1 + n / 40 % 4]
        ELSE 'closed' END AS status) AS one;
