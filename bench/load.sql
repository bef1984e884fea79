-- A desk's worth of people and tickets, in the account's schema. `bench.…` settings say how much of it.
-- The same seed gives the same desk. Ids begin after those that the new account has already.

SELECT setseed(0.42);

CREATE TEMP TABLE bench AS
SELECT current_setting('bench.tickets')::int AS tickets,
       current_setting('bench.people')::int AS people,
       400 AS organizations,         -- busy ones: 12 people and 250 tickets each, among 100,000
       300 AS quiet_organizations,   -- one old ticket each
       50 AS agents,
       now() AS now,
       (SELECT max(id) FROM people_user) AS last_user,
       (SELECT min(id) FROM brands_brand) AS first_brand;

-- Brands, groups, agents -----------------------------------------------------------------------------------------------

INSERT INTO people_group (name, description, is_public, is_default, is_deleted, created_at, updated_at)
SELECT 'Team ' || n, '', n > 2, false, false, now, now FROM bench, generate_series(1, 9) n;

CREATE TEMP TABLE agent AS SELECT n, last_user + n AS id FROM bench, generate_series(1, agents) n;

INSERT INTO people_user (
    id, password, name, email, is_verified, role, is_owner, ticket_restriction, only_private_comments, is_active,
    is_suspended, partner_name, is_partner_agent, phone, time_zone, locale, alias, details, notes, signature, tags,
    created_at, updated_at)
SELECT agent.id, '!', 'Agent ' || n, 'agent' || n || '@example.com', true,
       CASE WHEN n % 10 = 0 THEN 'admin' ELSE 'agent' END, false,
       CASE WHEN n % 10 = 5 THEN 'groups' WHEN n % 10 = 7 THEN 'assigned' ELSE '' END,
       false, true, false, '', false, '', 'UTC', 'en-US', '', '', '', '', '{}', now, now
  FROM bench, agent;

INSERT INTO people_groupmembership (user_id, group_id, is_default, created_at, updated_at)
SELECT agent.id, g.id, g.place = n % 10, now, now
  FROM bench, agent, (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM people_group) g
 WHERE g.place IN (n % 10, (n + 3) % 10);

INSERT INTO brands_brandmembership (user_id, brand_id, created_at, updated_at)
SELECT agent.id, b.id, now, now
  FROM bench, agent, (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM brands_brand) b
 WHERE b.place <> n % 4;  -- each agent is in three of the four

-- Customers ------------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE organization AS
SELECT n, n > organizations AS is_quiet FROM bench, generate_series(1, organizations + quiet_organizations) n;

INSERT INTO people_organization (
    id, name, shared_tickets, shared_comments, domain_names, details, notes, tags, created_at, updated_at)
SELECT n, 'Organization ' || n, n % 2 = 1, n % 4 = 1, ARRAY['org' || n || '.example'], '', '', '{}', now, now
  FROM bench, organization;

CREATE TEMP TABLE customer AS
SELECT n, last_user + agents + n AS id, CASE WHEN n % 6 > 0 THEN 1 + n % organizations END AS organization_id
  FROM bench, generate_series(1, people) n;

INSERT INTO people_user (
    id, password, name, email, is_verified, role, is_owner, ticket_restriction, only_private_comments, is_active,
    is_suspended, partner_name, is_partner_agent, phone, time_zone, locale, alias, details, notes, signature, tags,
    created_at, updated_at)
SELECT id, '!', 'Customer ' || n, 'customer' || n || '@example.com', true, 'end-user', false, '', false, true,
       false, '', false, '', 'UTC', 'en-US', '', '', '', '', '{}', now, now
  FROM bench, customer;

INSERT INTO people_membership (user_id, organization_id, is_default, sees_tickets, created_at, updated_at)
SELECT id, organization_id, true, n % 20 = 0, now, now FROM bench, customer WHERE organization_id IS NOT NULL
 UNION ALL
SELECT id, 1 + (organization_id + 7) % organizations, false, false, now, now
  FROM bench, customer WHERE organization_id IS NOT NULL AND n % 10 = 3;

-- Tickets: two years of them, the older ones closed ----------------------------------------------------------------------

CREATE TEMP TABLE draft AS
SELECT n AS id, created_at, comments, quick, quick > 0.1 AS is_answered,
       least(now, created_at + interval '20 days' * power(random(), 3) * sign(comments - 1)) AS updated_at,
       now - created_at < interval '30 days' AS is_recent,
       1 + floor(people * power(random(), 2))::int AS requester,
       1 + floor(agents * random())::int AS agent,
       first_brand + CASE WHEN brand < 0.55 THEN 0 WHEN brand < 0.8 THEN 1 WHEN brand < 0.95 THEN 2 ELSE 3 END AS brand_id,
       floor(10 * random())::int AS team,
       1 + floor(20000 * random())::int AS subject
  FROM bench, LATERAL (
        SELECT n, now - interval '730 days' * (1 - (n - random()) / tickets) AS created_at,
               1 + (n * 7919) % 9 AS comments, random() AS quick, random() AS brand
          FROM generate_series(1, tickets) n) AS one;

INSERT INTO tickets_ticket (
    id, subject, status, priority, type, requester_id, submitter_id, assignee_id, group_id, organization_id, brand_id,
    tags, custom_fields, channel, channel_source, is_public, is_confidential, created_at, updated_at, generated_at, solved_at,
    status_updated_at)
SELECT d.id, subject.text, status,
       (ARRAY[NULL, 'low', 'normal', 'high', 'urgent'])[1 + d.id % 5], (ARRAY[NULL, 'question', 'incident'])[1 + d.id % 3],
       customer.id, customer.id, CASE WHEN status <> 'new' AND d.is_answered THEN agent.id END, team.id,
       CASE WHEN d.id <= quiet_organizations THEN organizations + d.id ELSE customer.organization_id END, d.brand_id,
       ARRAY(SELECT DISTINCT 'topic_' || (d.id * k * k) % 97 FROM generate_series(1, d.id % 4) k ORDER BY 1), '{}',
       (ARRAY['web_form', 'email', 'api'])[1 + d.id % 3], '{}', d.id % 50 > 0, d.id % 200 = 1,
       d.created_at, d.updated_at, d.updated_at, CASE WHEN status IN ('solved', 'closed') THEN d.updated_at END,
       d.updated_at
  FROM bench, draft d
  JOIN LATERAL (SELECT CASE
            WHEN d.is_recent THEN (ARRAY['new', 'open', 'open', 'pending', 'hold', 'solved', 'solved', 'solved'])[1 + d.id % 8]
            WHEN d.id % 40 = 0 THEN (ARRAY['open', 'pending', 'hold', 'solved'])[1 + d.id / 40 % 4]
            ELSE 'closed' END AS status) AS s ON true
  JOIN customer ON customer.n = d.requester
  JOIN agent ON agent.n = d.agent
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM people_group) team ON team.place = d.team
  JOIN bench_subject subject ON subject.id = d.subject
 ORDER BY d.id;

-- What was said: an audit for each comment, customer and agent by turns --------------------------------------------------

CREATE TEMP TABLE said AS
SELECT row_number() OVER () AS id, d.id AS ticket_id, place, is_answered,
       CASE WHEN place % 2 = 1 THEN customer.id ELSE agent.id END AS author_id,
       place = 1 OR place % 6 > 0 AS is_public, d.id % 50 > 0 AS has_public,
       d.created_at + (d.updated_at - d.created_at) * (place - 1) / greatest(d.comments - 1, 1) AS created_at,
       1 + floor(50000 * random())::int AS first, 1 + floor(50000 * random())::int AS second,
       1 + floor(50000 * random())::int AS third
  FROM draft d
  JOIN customer ON customer.n = d.requester
  JOIN agent ON agent.n = d.agent
  CROSS JOIN LATERAL generate_series(1, d.comments) place;

INSERT INTO tickets_audit (id, ticket_id, author_id, channel, channel_source, metadata, created_at)
SELECT id, ticket_id, author_id, 'web', '{}', '{}', created_at FROM said;

INSERT INTO tickets_comment (
    id, ticket_id, audit_id, author_id, body, html_body, is_public, is_local, channel, channel_source, created_at)
SELECT said.id, ticket_id, said.id, author_id, body, '<p>' || body || '</p>', is_public AND has_public, false, 'web', '{}',
       created_at
  FROM said
  JOIN bench_sentence one ON one.id = first
  JOIN bench_sentence two ON two.id = second
  JOIN bench_sentence three ON three.id = third
  CROSS JOIN LATERAL (SELECT concat_ws(' ', one.text, two.text, three.text,
            CASE WHEN place = 1 THEN 'AC' || 100000 + ticket_id END) AS body) AS words;

INSERT INTO tickets_event (audit_id, type, data)
SELECT id, 'Comment', jsonb_build_object('comment_id', id) FROM said
 UNION ALL
SELECT said.id, 'Create', jsonb_build_object('field_name', field, 'value', value)
  FROM said
  JOIN tickets_ticket t ON t.id = ticket_id AND place = 1
  CROSS JOIN LATERAL (VALUES ('subject', t.subject), ('status', 'new'), ('requester_id', t.requester_id::text),
            ('brand_id', t.brand_id::text)) AS field (field, value)
 UNION ALL
SELECT id, 'Change', jsonb_build_object('field_name', 'status', 'value', 'pending', 'previous_value', 'open')
  FROM said WHERE place > 1 AND place % 2 = 0;

INSERT INTO tickets_ticketcc (ticket_id, user_id)
SELECT d.id, customer.id FROM draft d JOIN customer ON customer.n = d.requester % 200 + 1 WHERE d.id % 10 = 4;

INSERT INTO tickets_ticketfollower (ticket_id, user_id)
SELECT d.id, agent.id FROM draft d JOIN agent ON agent.n = d.agent WHERE d.id % 25 = 4;
