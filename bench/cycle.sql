-- One hand-in with its next task as the site runs it (`python -m bench.statements` prints ours): the same statements,
-- tables, indexes and triggers, in the same order and transaction, without Python. For pgbench -M prepared; bench.bare
-- runs it on SQLite. Once for each client bench_start says who it is and which task it holds. (A colon in a text is
-- followed by a space, or pgbench takes it for a variable.)
\if :started = 0
SELECT worker, digest, project, assignment, "position" FROM bench_start WHERE client = :client_id \gset
\set started 1
\endif
\set key random(1, 1000000000000000)
SELECT t.*, p.*, EXISTS (SELECT 1 FROM people_membership m WHERE m.person_id = p.id) FROM people_apitoken t JOIN people_person p ON p.id = t.person_id WHERE t.digest = :digest AND t.revoked_at IS NULL AND p.is_active;
BEGIN;
SELECT a.task_id AS task FROM work_assignment a WHERE a.id = :assignment AND a.worker_id = :worker \gset
UPDATE work_assignment SET state = 'submitted', finished_at = now() WHERE id = :assignment AND state = 'leased';
INSERT INTO work_submission (id, assignment_id, task_id, project_id, worker_id, state, task_type, answer, answer_sha256, object_count, nothing_to_mark, amount_micros, fee_micros, active_milliseconds, is_late, submitted_at, approve_at, paid_micros, is_used, assists) VALUES (gen_random_uuid(), :assignment, :task, :project, :worker, 'pending', 'classification', '{"annotations": [{"attributes": {}, "id": "1", "image": 0, "kind": "tag", "label": "brick", "of": "surface", "tag": true}], "nothing_to_mark": false}', 'f7efba91fcf7efba91fcf7efba91fcf7efba91fcf7efba91fcf7efba91fc0000', 0, false, 2500, 0, 3200, false, now(), now(), 0, true, '{}') RETURNING id AS submission \gset
INSERT INTO ledger_hold (key, owner, source_kind, source_owner, amount_micros, fee_micros, subject, detail, state, created_at) VALUES ('submission:' || :submission, 'worker:' || :worker, 'project_escrow', 'project:' || :project, 2500, 0, 'submission', '{"rate_micros": 2500}', 'open', now()) ON CONFLICT (key) DO NOTHING RETURNING key;
SELECT p.*, (SELECT g.number FROM projects_guidelineacknowledgement g WHERE g.project_id = p.id AND g.worker_id = :worker) FROM projects_project p WHERE p.id = :project AND p.state <> 'draft';
SELECT (SELECT s.tier FROM standing_skill s WHERE s.worker_id = :worker AND s.task_type = 'classification'), EXISTS (SELECT 1 FROM standing_restriction r WHERE r.worker_id = :worker AND r.state = 'active');
SELECT d.* FROM work_desk d WHERE d.worker_id = :worker FOR NO KEY UPDATE;
SELECT s.id AS seat, q.lane_steps AS steps, (SELECT COUNT(*) FROM work_assignment a WHERE a.worker_id = :worker AND a.state = 'leased') AS live, skips.skipped, skips.finished FROM (SELECT COALESCE(SUM(CASE WHEN state = 'skipped' THEN 1 ELSE 0 END), 0) AS skipped, COUNT(*) AS finished FROM (SELECT a.state FROM work_assignment a WHERE a.worker_id = :worker AND a.finished_at IS NOT NULL AND NOT (a.state = 'skipped' AND EXISTS (SELECT 1 FROM projects_project p WHERE p.id = a.project_id AND p.is_sensitive)) ORDER BY a.finished_at DESC LIMIT 100) newest) AS skips LEFT JOIN work_queue q ON q.project_id = :project LEFT JOIN work_seat s ON s.project_id = :project AND s.worker_id = :worker \gset
WITH drawn AS MATERIALIZED (SELECT t.id FROM work_task t WHERE t.project_id = :project AND t.lane = 0 AND t.open_slots > 0 AND (SELECT a.id FROM work_assignment a WHERE a.worker_id = :worker AND a.task_id = t.id AND a.state <> 'expired') IS NULL AND t.position > :position AND t.position <= 4611686018427387904 AND EXISTS (SELECT 1 FROM projects_project p WHERE p.id = :project AND p.state = 'live') ORDER BY t.position LIMIT 1 FOR NO KEY UPDATE OF t SKIP LOCKED) UPDATE work_task SET open_slots = open_slots - 1 WHERE id IN (SELECT id FROM drawn) RETURNING id AS task, position AS "position", price_id AS price, EXISTS (SELECT 1 FROM work_assignment a WHERE a.worker_id = :worker AND a.task_id = work_task.id) AS known \gset
SELECT i.*, ti.task_id FROM work_taskimage ti JOIN projects_image i ON i.id = ti.image_id WHERE ti.task_id IN (:task) ORDER BY ti.task_id, ti.position;
INSERT INTO work_assignment (id, task_id, project_id, worker_id, state, task_type, schema_number, guideline_number, image_sizes, tier, base_micros, object_micros, max_objects, fee_basis_points, reserve_micros, leased_at, lease_seconds, lease_expires_at, lease_ends_at_latest, skip_reason) VALUES (gen_random_uuid(), :task, :project, :worker, 'leased', 'classification', 1, 1, '[[640, 480]]', 'starter', 2500, 0, 0, 0, 3125, now(), 600, now() + interval '10 minutes', now() + interval '1 hour', '') RETURNING id AS assignment \gset
UPDATE work_seat SET position = :position, last_claim_at = now() WHERE id = :seat;
UPDATE work_desk SET taken = '{"classification": 100}' WHERE worker_id = :worker;
INSERT INTO kit_idempotencykey (account, operation, key, request_hash, status, answer, created_at) VALUES (:worker, 'submit', :key, :digest, 201, decode(repeat('7b', 1700), 'hex'), now());
COMMIT;
