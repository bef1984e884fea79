-- A million tickets ({tickets}) whose access can be compared: 40 % in one organization, brand and group, 40 % spread over
-- 300 organizations, 20 brands and 50 groups, the rest elsewhere. 10,000 people belong to the one organization.
INSERT INTO people_user (id, password, name, email, is_verified, role, is_owner, ticket_restriction,
    only_private_comments, is_active, is_suspended, partner_name, is_partner_agent, phone, time_zone, locale, alias,
    details, notes, signature, tags, created_at, updated_at)
SELECT n, '', 'Person ' || n, 'p' || n || '@example.org', true, 'end-user', false, '', false, true, false, '', false, '',
    'UTC', 'en-US', '', '', '', '', '{{}}', now(), now()
FROM generate_series(10001, 20000) n;
INSERT INTO people_organization (id, name, shared_tickets, shared_comments, domain_names, details, notes, tags,
    custom_fields, created_at, updated_at)
SELECT n, 'Organization ' || n, false, false, '{{}}', '', '', '{{}}', '{{}}', now(), now()
FROM generate_series(10001, 11000) n;
INSERT INTO people_membership (user_id, organization_id, is_default, sees_tickets, comments_tickets, by_domain, created_at,
    updated_at)
SELECT n, 10001, true, false, false, false, now(), now() FROM generate_series(10001, 20000) n;
INSERT INTO people_group (id, name, description, is_public, is_confidential, is_default, is_deleted, created_at, updated_at)
SELECT n, 'Group ' || n, '', true, false, false, false, now(), now() FROM generate_series(10001, 10060) n;
INSERT INTO brands_brand (id, name, subdomain, is_default, is_active, has_help_center, colour, tagline,
    signature_template, created_at, updated_at)
SELECT n, 'Brand ' || n, 'brand' || n, false, true, true, '#000000', '', '', now(), now()
FROM generate_series(10001, 10024) n;
INSERT INTO tickets_ticket (id, subject, status, requester_id, submitter_id, organization_id, brand_id, group_id, tags,
    custom_fields, channel, channel_source, is_public, is_confidential, created_at, updated_at, generated_at, status_updated_at)
SELECT n, 'Ticket ' || n, 'open', 10001 + n * 7 % 10000, 10001 + n * 7 % 10000,
    CASE n % 5 WHEN 0 THEN 10001 WHEN 1 THEN 10001 WHEN 4 THEN 10302 + n % 690 ELSE 10002 + n / 5 % 300 END,
    CASE n % 5 WHEN 0 THEN 10001 WHEN 1 THEN 10001 WHEN 4 THEN 10022 + n % 3 ELSE 10002 + n / 5 % 20 END,
    CASE n % 5 WHEN 0 THEN 10001 WHEN 1 THEN 10001 WHEN 4 THEN 10052 + n % 9 ELSE 10002 + n / 7 % 50 END,
    '{{}}', '{{}}', 'web', '{{}}', n % 50 > 0, false, now(), now() - n * interval '31 seconds', now(), now()
FROM generate_series(1, {tickets}) n;
INSERT INTO people_user (id, password, name, email, is_verified, role, is_owner, ticket_restriction,
    only_private_comments, is_active, is_suspended, partner_name, is_partner_agent, phone, time_zone, locale, alias,
    details, notes, signature, tags, created_at, updated_at)
SELECT n, '', 'Agent ' || n, 'a' || n || '@example.org', true, 'agent', false, '', false, true, false, '', false, '',
    'UTC', 'en-US', '', '', '', '', '{{}}', now(), now()
FROM generate_series(20001, 20200) n;
INSERT INTO brands_brandmembership (user_id, brand_id, created_at, updated_at)
SELECT n, 10001 + (n * 3 + k) % 24, now(), now() FROM generate_series(20001, 20200) n, generate_series(1, 3) k;
