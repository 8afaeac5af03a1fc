/**
 * A server with the shapes of /api/v1 in memory, for looking at the shell alone: node test-page/shell/serve.mjs [port]
 * Needs a build (npm run build; or WORKBENCH_DIST names another folder) and TAGWORK_SHARED for photographs. Never shipped. POST /fake sets how it behaves,
 * GET /fake/log tells what reached it.
 */
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = process.env.WORKBENCH_DIST ?? join(here, '../../dist');
const tokens = join(here, '../../../src/tagwork/web/static/web/tokens.css');
const photos = join(process.env.TAGWORK_SHARED ?? '.', 'data/images');
const port = Number(process.argv[2] ?? 8123);

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'";
const TYPES = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.json': 'application/json',
};

const picture = (path, width, height) => ({
  width,
  height,
  sources: [{ url: `/photos/${path}`, width, type: path.endsWith('png') ? 'image/png' : 'image/jpeg' }],
});
const PICTURES = [
  picture('clean_photos/chelsea.png', 451, 300),
  picture('clean_photos/astronaut.png', 512, 512),
  picture('clean_photos/rocket.jpg', 640, 427),
  picture('coco_cc/images/000000006818.jpg', 427, 640),
  picture('clean_photos/china.jpg', 640, 427),
  picture('coco_cc/images/000000121647.jpg', 480, 640),
  picture('coco_cc/images/000000084284.jpg', 500, 375),
];

const SCHEMAS = {
  choice: {
    labels: [],
    tags: [
      { name: 'subject', options: ['animal', 'person', 'building', 'something else'], choose: 'one', required: true },
    ],
  },
  tags: {
    labels: [],
    tags: [
      { name: 'weather', options: ['sun', 'clouds', 'rain'], choose: 'one', required: true },
      {
        name: 'in the picture',
        options: ['people', 'animals', 'vehicles', 'buildings', 'plants', 'water', 'text'],
        choose: 'many',
      },
    ],
  },
  boxes: {
    labels: [
      {
        name: 'cat',
        kinds: ['box'],
        attributes: [
          { name: 'occluded', type: 'boolean' },
          { name: 'coat', type: 'choice', options: ['plain', 'striped', 'other'], required: true },
        ],
      },
      { name: 'person', kinds: ['box'] },
      { name: 'vehicle', kinds: ['box'] },
    ],
    allow_nothing: true,
  },
  everything: {
    labels: [
      { name: 'car', kinds: ['box', 'polygon'] },
      { name: 'road', kinds: ['mask'] },
      { name: 'lane', kinds: ['polyline'] },
      { name: 'corner', kinds: ['point'] },
      { name: 'sign', kinds: ['box', 'text'] },
    ],
    tags: [{ name: 'weather', options: ['sun', 'rain'], choose: 'one', required: true }],
    allow_nothing: true,
  },
  text: { labels: [{ name: 'line', kinds: ['box', 'text'] }], allow_nothing: true },
};

const GUIDELINE = {
  version: 3,
  html: '<p>Answer what the picture is <strong>about</strong>, not everything that can be seen.</p><ul><li>A statue of an animal is <em>something else</em>.</li><li>A person on an animal is a person.</li></ul>',
  clauses: [
    { id: 'c1', title: 'Name the main subject only' },
    { id: 'c2', title: 'Boxes touch the object on all four sides' },
    { id: 'c3', title: 'Mark every object larger than 10 pixels' },
  ],
  examples: [
    { kind: 'good', caption: 'A cat: animal', images: [PICTURES[0]] },
    { kind: 'bad', caption: 'Not “building”: the person is the subject', images: [PICTURES[1]] },
  ],
  acknowledged: true,
  changes: null,
};

let state;
function reset(knobs = {}) {
  state = {
    log: [],
    assignments: new Map(),
    answers: new Map(),
    drafts: new Map(),
    made: 0,
    knobs: {
      schema: 'choice',
      lease: 600,
      left: 1000,
      unread: false,
      fail: null,
      sensitive: false,
      heartbeat: 45,
      ...knobs,
    },
    acknowledged: !knobs.unread,
    lessonDone: 0,
    golds: new Map(),
    verdicts: new Set(),
  };
}
reset();

const EXPECTED = { id: '1', kind: 'box', label: 'cat', box: [70, 12, 300, 270] };

function refuse(status, code, detail, more = {}) {
  return {
    status,
    body: { type: `/problems/${code}`, title: code.replaceAll('_', ' '), status, code, detail, ...more },
  };
}
const ok = (body, status = 200) => ({ status, body });
const later = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();

function lease(count) {
  const made = [];
  for (; made.length < count && state.knobs.left > 0; state.knobs.left--) {
    const n = ++state.made;
    const assignment = {
      id: `a_${n}`,
      project_id: 'p1',
      project_name: 'What is it about?',
      task_type: 'classification',
      state: 'leased',
      lease_expires_at: later(state.knobs.lease),
      heartbeat_seconds: state.knobs.heartbeat,
      schema_version: 2,
      schema: SCHEMAS[state.knobs.schema],
      guideline_version: 3,
      pay: { base_micros: 2000, object_micros: 0, max_micros: 2000 },
      images: [PICTURES[(n - 1) % PICTURES.length]],
      draft: null,
      skip: { rate_percent: 4, free_percent: 15, throttle_percent: 30 },
      sensitive: state.knobs.sensitive,
    };
    state.assignments.set(assignment.id, assignment);
    made.push(assignment);
  }
  return made;
}

const iou = ([ax, ay, aw, ah], [bx, by, bw, bh]) => {
  const w = Math.max(0, Math.min(ax + aw, bx + bw) - Math.max(ax, bx));
  const h = Math.max(0, Math.min(ay + ah, by + bh) - Math.max(ay, by));
  return (w * h) / (aw * ah + bw * bh - w * h);
};

const LESSON = () => ({
  id: 'detection',
  title: 'Boxes around objects',
  intro: 'Draw a box around each cat. The box touches the cat on all four sides: ears, tail and whiskers count.',
  schema: { labels: [{ name: 'cat', kinds: ['box'] }], allow_nothing: true },
  items: ['guided', 'checked', 'checked'].map((kind, i) => ({
    id: `${i + 1}`,
    kind,
    instruction: kind === 'guided' ? 'Draw the box with us.' : 'Now on your own: box each cat.',
    done: i < state.lessonDone,
    images: [PICTURES[0]],
    expected: [EXPECTED],
  })),
});

function submissionForReview(id) {
  return {
    id,
    project: { id: 'p1', name: 'Cats in boxes' },
    schema: SCHEMAS.boxes,
    guideline: GUIDELINE,
    images: [PICTURES[0]],
    annotations: [{ id: '1', kind: 'box', label: 'cat', box: [150, 40, 200, 180], attributes: { coat: 'striped' } }],
    submitted_at: later(-3600),
    active_seconds: 7.4,
    second_review: false,
    reason_codes: [
      { code: 'missed_object', text: 'An object was missed' },
      { code: 'loose_box', text: 'The box does not fit' },
      { code: 'wrong_label', text: 'The label is wrong' },
    ],
  };
}

const SCORE = {
  passed: false,
  similarity: 0.44,
  reason_code: 'loose_box',
  objects: [{ expected_id: '1', given_id: '1', label: 'cat', kind: 'box', similarity: 0.44, outcome: 'weak' }],
  tags: [],
};

/** @returns {{status:number, body?:unknown}} */
function api(method, path, body, headers) {
  const parts = path.split('/').slice(1);
  if (method !== 'GET' && !headers['x-csrftoken']) return refuse(403, 'forbidden', 'CSRF token missing.');
  if (path === '/me') return ok({ id: 'p_ana', email: 'ana@demo.test', display_name: 'Ana', roles: ['worker'] });
  if (path === '/work/assignments')
    return ok({
      items: [...state.assignments.values()]
        .filter((a) => a.state === 'leased')
        .map((a) => ({ ...a, draft: state.drafts.get(a.id) ?? null })),
      next: null,
    });
  if (/^\/work\/projects\/([^/]+)\/claim$/.test(path)) {
    if (!state.acknowledged) return refuse(409, 'guideline_unread', 'The guideline changed. Please read it first.');
    const made = lease(body.count);
    return made.length ? ok({ assignments: made }) : { status: 204 };
  }
  if (/\/guideline$/.test(path)) {
    const changes = state.knobs.unread
      ? { from_version: 2, html: '<p>A statue of an animal is <del>an animal</del> <ins>something else</ins>.</p>' }
      : null;
    return ok({ ...GUIDELINE, acknowledged: state.acknowledged, changes });
  }
  if (/\/guideline\/acknowledge$/.test(path)) {
    state.acknowledged = true;
    return ok({ acknowledged_version: body.version });
  }
  if (/^\/work\/assignments\/([^/]+)$/.test(path)) return ok(state.assignments.get(parts[2]));
  if (/^\/work\/assignments\/([^/]+)\/(draft|submit|skip|flag|heartbeat)$/.test(path)) {
    const [, , id, act] = parts;
    const assignment = state.assignments.get(id);
    if (!assignment) return refuse(404, 'not_found', 'No such task.');
    if (act === 'heartbeat') {
      assignment.lease_expires_at = later(state.knobs.lease + (body.pause_seconds ?? 0));
      return ok({ lease_expires_at: assignment.lease_expires_at });
    }
    if (act === 'draft') {
      const known = state.drafts.get(id);
      if (known && body.revision <= known.revision)
        return refuse(409, 'draft_stale', 'A newer draft exists.', { draft: known });
      state.drafts.set(id, { revision: body.revision, annotations: body.annotations });
      return ok({ revision: body.revision });
    }
    const key = headers['idempotency-key'];
    if (!key) return refuse(400, 'idempotency_key_missing', 'Key missing.');
    if (state.answers.has(key)) return state.answers.get(key);
    if (assignment.state !== 'leased') return refuse(409, 'already_submitted', 'This task was answered already.');
    assignment.state = { submit: 'submitted', skip: 'skipped', flag: 'flagged' }[act];
    const answer =
      act === 'submit'
        ? ok(
            {
              submission: { id: `s_${id}`, state: 'pending', amount_micros: 2000, late: false },
              next: lease(body.next),
            },
            201,
          )
        : ok({ state: assignment.state });
    state.answers.set(key, answer);
    return answer;
  }

  if (path === '/tutorial')
    return ok({
      passed: false,
      unpaid: true,
      minutes: 5,
      lessons: [
        { id: 'classification', title: 'Choosing an answer', passed: true, items: 3, items_done: 3 },
        {
          id: 'detection',
          title: 'Boxes around objects',
          passed: state.lessonDone >= 3,
          items: 3,
          items_done: state.lessonDone,
        },
        { id: 'segmentation', title: 'Outlines', passed: false, items: 3, items_done: 0 },
      ],
    });
  if (/^\/tutorial\/lessons\/[^/]+$/.test(path)) return ok(LESSON());
  if (/^\/tutorial\/lessons\/[^/]+\/items\/([^/]+)\/check$/.test(path)) {
    const best = Math.max(0, ...body.annotations.filter((a) => a.kind === 'box').map((a) => iou(a.box, EXPECTED.box)));
    const passed = best >= 0.7 && body.annotations.length === 1;
    if (passed) state.lessonDone = Math.max(state.lessonDone, Number(parts[4]));
    const score = {
      ...SCORE,
      passed,
      similarity: best,
      reason_code: passed ? null : 'loose_box',
      objects: [
        {
          ...SCORE.objects[0],
          given_id: body.annotations[0]?.id ?? null,
          similarity: best,
          outcome: passed ? 'matched' : body.annotations.length ? 'weak' : 'missed',
        },
      ],
    };
    return ok({
      passed,
      score,
      why: passed
        ? 'All four sides touch the cat.'
        : 'The box cuts off the ears: everything that belongs to the cat counts.',
      lesson_passed: state.lessonDone >= 3,
      tutorial_passed: false,
    });
  }

  if (path === '/moderation/queue') {
    const items = [
      ['submission', 's_1'],
      ['submission', 's_2'],
      ['flag', 'f_1'],
      ['appeal', 'ap_1'],
    ]
      .filter(([, id]) => !state.verdicts.has(id))
      .map(([kind, id]) => ({
        kind,
        id,
        project: { id: 'p1', name: 'Cats in boxes' },
        task_type: 'detection',
        submitted_at: later(-3600),
        due_at: later(86400),
      }));
    return ok({ items, next: null, counts: { submission: 2, flag: 1, appeal: 1, report: 0 } });
  }
  if (/^\/moderation\/submissions\/([^/]+)$/.test(path)) return ok(submissionForReview(parts[2]));
  if (/^\/moderation\/flags\/([^/]+)$/.test(path) && method === 'GET')
    return ok({
      ...submissionForReview(parts[2]),
      annotations: [],
      flag: { reason: 'ambiguous', note: 'Is a stuffed cat a cat?' },
    });
  if (/^\/moderation\/appeals\/([^/]+)$/.test(path) && method === 'GET')
    return ok({
      id: parts[2],
      decision: { kind: 'submission', id: 's_9' },
      text: 'The tail was hidden, so my box is right.',
      due_at: later(86400),
      evidence: { reason_code: 'loose_box' },
      flag: null,
      submission: {
        ...submissionForReview('s_9'),
        verdict: {
          verdict: 'rejected',
          by: 'moderator',
          reason_code: 'loose_box',
          reason_text: 'The box does not fit',
          clause: GUIDELINE.clauses[1],
          mark: { box: [60, 150, 90, 100] },
          note: 'The tail is missing.',
          expected: null,
          score: null,
          at: later(-7200),
        },
      },
    });
  if (/^\/moderation\/(?:submissions|flags|appeals)\/([^/]+)(?:\/verdict)?$/.test(path)) {
    if (body.verdict === 'rejected' && !(body.reason_code && body.clause && body.mark))
      return refuse(422, 'rejection_needs_evidence', 'Name a reason, a clause and a mark.');
    state.verdicts.add(parts[2]);
    return ok({ ok: true });
  }

  if (/^\/projects\/p1\/tasks\/([^/]+)$/.test(path))
    return ok({
      id: parts[3],
      file_name: `IMG_${parts[3]}.jpg`,
      images: [PICTURES[Number(parts[3].slice(1)) % PICTURES.length]],
      schema: SCHEMAS.boxes,
      gold: state.golds.get(parts[3]) ?? null,
    });
  if (path === '/projects/p1/tasks')
    return ok({
      items: ['t0', 't1', 't2'].map((id) => ({ id, file_name: `IMG_${id}.jpg`, answers_wanted: 1, assignments: [] })),
      next: null,
    });
  if (path === '/projects/p1/gold') {
    state.golds.set(body.task_id, {
      annotations: body.annotations,
      nothing_to_mark: body.nothing_to_mark,
      explanation: body.explanation,
    });
    return ok({ task_id: body.task_id }, 201);
  }

  if (/^\/me\/submissions\//.test(path)) {
    const s = submissionForReview('s_1');
    return ok({
      id: 's_1',
      state: 'rejected',
      project: s.project,
      task_type: 'detection',
      submitted_at: s.submitted_at,
      amount_micros: 6000,
      paid_micros: 0,
      guideline_version: 3,
      schema: s.schema,
      images: s.images,
      annotations: s.annotations,
      verdict: {
        verdict: 'rejected',
        by: 'gold',
        reason_code: 'loose_box',
        reason_text: 'The box does not fit the object',
        clause: GUIDELINE.clauses[1],
        mark: { box: [60, 10, 90, 120] },
        note: 'The ears are cut off.',
        expected: [EXPECTED],
        score: SCORE,
        at: later(-60),
      },
      appeal: null,
      can_appeal_until: later(86400 * 13),
    });
  }
  return refuse(404, 'not_found', `No ${method} ${path}`);
}

const ATTRIBUTES = {
  work: 'data-project="p1" data-project-name="What is it about?" data-back="/work"',
  tutorial: 'data-lesson="detection"',
  review: '',
  gold: 'data-project="p1" data-task="t0"',
  receipt: 'data-submission="s_1"',
  preview: `data-schema-input="#schema" data-image='${JSON.stringify(PICTURES[0])}'`,
};

function page(mode) {
  const manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8'));
  const entry = manifest[`src/entries/${mode}.tsx`];
  const css = new Set();
  const walk = (chunk) => {
    for (const file of chunk.css ?? []) css.add(file);
    for (const name of chunk.imports ?? []) walk(manifest[name]);
  };
  walk(entry);
  const before =
    mode === 'preview'
      ? `<textarea id="schema" rows="12" cols="60">${JSON.stringify(SCHEMAS.boxes, null, 1)}</textarea>`
      : '';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${mode}</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><meta name="csrf-token" content="t">
<link rel="stylesheet" href="/tokens.css">${[...css].map((file) => `<link rel="stylesheet" href="/dist/${file}">`).join('')}
<script type="module" src="/dist/${entry.file}"></script></head><body>${before}<div id="workbench" data-mode="${mode}" ${ATTRIBUTES[mode]}></div></body></html>`;
}

function file(response, root, path) {
  const full = normalize(join(root, path));
  if (!full.startsWith(normalize(root)) || !existsSync(full)) return response.writeHead(404).end();
  response.writeHead(200, {
    'Content-Type': TYPES[extname(full)] ?? 'application/octet-stream',
    'Cache-Control': 'max-age=600',
    'Content-Security-Policy': CSP,
  });
  createReadStream(full).pipe(response);
}

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://x');
  const path = decodeURIComponent(url.pathname);
  if (path === '/tokens.css') return file(response, join(tokens, '..'), 'tokens.css');
  if (path.startsWith('/dist/')) return file(response, dist, path.slice(6));
  if (path.startsWith('/photos/')) return file(response, photos, path.slice(8));
  let text = '';
  for await (const chunk of request) text += chunk;
  const body = text.startsWith('{') ? JSON.parse(text) : {};
  const json = (status, answer) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(answer === undefined ? undefined : JSON.stringify(answer));
  };
  if (path === '/fake') {
    if (body.reset) reset(body.knobs);
    else Object.assign(state.knobs, body.knobs);
    return json(200, state.knobs);
  }
  if (path === '/fake/log') return json(200, state.log);
  if (path.startsWith('/api/v1/')) {
    const { fail } = state.knobs;
    if (fail && new RegExp(fail.path).test(path))
      return json(
        fail.status,
        refuse(fail.status, fail.code ?? 'broken', fail.detail ?? 'Broken on purpose.', fail.more).body,
      );
    const answer = api(request.method, path.slice(7), body, request.headers);
    state.log.push({
      method: request.method,
      path: path.slice(7),
      body,
      key: request.headers['idempotency-key'],
      status: answer.status,
    });
    return json(answer.status, answer.body);
  }
  if (path === '/alert/') {
    state.log.push({ method: request.method, path, status: 302 });
    return response.writeHead(302, { Location: '/work' }).end();
  }
  const mode = path.slice(1) || 'work';
  if (!(mode in ATTRIBUTES)) return response.writeHead(404).end();
  response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': CSP });
  response.end(page(mode));
}).listen(port, '127.0.0.1');
