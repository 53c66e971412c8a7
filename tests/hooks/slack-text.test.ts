import { expect, it } from 'vitest';
import { textOfSlack } from '../../src/chat/hooks/slack-text.ts';

/* What services send to incoming webhooks of Slack, in the shapes that their documents or sources have. */

it('reads the payload of Alertmanager: an attachment with a title, its link and a text', () => {
  const payload = {
    channel: '#alerts',
    username: 'Alertmanager',
    link_names: false,
    attachments: [
      {
        title: '[FIRING:1] HighLoad (node-1 critical)',
        title_link: 'http://alerts.example.org/#/alerts?receiver=charla',
        pretext: '',
        text: 'Load of node-1 is &gt; 20\n<https://runbooks.example.org/load|Runbook>',
        fallback: '[FIRING:1] HighLoad | http://alerts.example.org',
        callback_id: '',
        fields: [
          { title: 'Severity', value: 'critical', short: true },
          { title: '', value: 'no title', short: false },
        ],
        actions: [{ type: 'button', text: 'Silence', url: 'https://alerts.example.org/silence' }],
        footer: '',
        color: 'danger',
        mrkdwn_in: ['fallback', 'pretext', 'text'],
      },
    ],
  };
  expect(textOfSlack(payload)).toBe(
    [
      '**[FIRING:1] HighLoad (node-1 critical)** (http://alerts.example.org/#/alerts?receiver=charla)',
      'Load of node-1 is > 20',
      'Runbook (https://runbooks.example.org/load)',
      '**Severity**: critical',
      'no title',
      'Silence (https://alerts.example.org/silence)',
    ].join('\n'),
  );
});

it('reads the payload of Grafana: mentions in blocks, the alert in an attachment', () => {
  const payload = {
    channel: '#ops',
    username: 'Grafana',
    icon_emoji: ':grafana:',
    blocks: [
      {
        type: 'section',
        text: { type: 'mrkdwn', text: '<!here|here> <!subteam^S024> <@U024BE7LH>' },
      },
    ],
    attachments: [
      {
        title: '[FIRING:1] Disk full',
        title_link: 'https://grafana.example.org/alerting/list',
        text: '**Firing**\n\nValue: A=97',
        fallback: '[FIRING:1] Disk full',
        footer: 'Grafana v12.0.0',
        footer_icon: 'https://grafana.com/static/assets/img/fav32.png',
        color: '#D63232',
        ts: 1_764_000_000,
      },
    ],
  };
  expect(textOfSlack(payload)).toBe(
    [
      '@here @S024 @U024BE7LH',
      '',
      '**[FIRING:1] Disk full** (https://grafana.example.org/alerting/list)',
      '**Firing**\n\nValue: A=97',
      'Grafana v12.0.0',
    ].join('\n'),
  );
});

it('reads the payload of Uptime Kuma, which says the same in two places, once', () => {
  const text = '[Shop] [🔴 Down] connect ECONNREFUSED 10.0.0.5:443';
  const payload = {
    text: `Uptime Kuma Alert\n${text}`,
    channel: '#ops',
    username: 'Uptime Kuma',
    icon_emoji: ':bear:',
    attachments: [
      {
        color: '#e01e5a',
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: 'Uptime Kuma Alert' } },
          {
            type: 'section',
            fields: [
              { type: 'mrkdwn', text: `*Message*\n${text}` },
              { type: 'mrkdwn', text: '*Time (UTC)*\n2026-11-29 01:00:00' },
            ],
          },
          {
            type: 'actions',
            elements: [
              {
                type: 'button',
                text: { type: 'plain_text', text: 'Visit Uptime Kuma' },
                value: 'Uptime-Kuma',
                url: 'https://kuma.example.org/dashboard/1',
              },
            ],
          },
        ],
      },
    ],
  };
  expect(textOfSlack(payload)).toBe(
    [
      '**Uptime Kuma Alert**',
      `*Message*\n${text}`,
      '*Time (UTC)*\n2026-11-29 01:00:00',
      'Visit Uptime Kuma (https://kuma.example.org/dashboard/1)',
    ].join('\n'),
  );
  // Without a heartbeat, as for a test.
  expect(textOfSlack({ text: 'My Slack Alert Testing <!channel>' })).toBe(
    'My Slack Alert Testing @channel',
  );
});

it('reads the payload of slackapi/slack-github-action: a text and blocks', () => {
  const result = '*GitHub Action build result*: success';
  const url = 'https://github.com/o/r/pull/7';
  expect(
    textOfSlack({
      text: `${result}\n${url}`,
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `${result}\n${url}` } },
        { type: 'divider' },
        {
          type: 'context',
          elements: [
            { type: 'image', image_url: 'https://x.example.org/a.png', alt_text: 'ana' },
            { type: 'mrkdwn', text: '<https://github.com/o/r|o/r> by <mailto:a@b.c|Ana>' },
          ],
        },
        { type: 'image', image_url: 'https://x.example.org/g.png', alt_text: 'Coverage' },
      ],
    }),
  ).toBe(
    [
      result,
      url,
      'o/r (https://github.com/o/r) by Ana (a@b.c)',
      'Coverage (https://x.example.org/g.png)',
    ].join('\n'),
  );
  const both = textOfSlack({
    text: 'Deploy failed',
    blocks: [{ type: 'header', text: { type: 'plain_text', text: 'Details &amp; log' } }],
  });
  expect(both).toBe('Deploy failed\n\n**Details & log**');
});

it('reads rich text, down to a depth', () => {
  const text = (value: string) => ({ type: 'text', text: value });
  const section = (...elements: object[]) => ({ type: 'rich_text_section', elements });
  const link = { type: 'link', url: 'https://x.example.org', text: 'here' };
  const elements = [
    section(text('Hello '), { type: 'user', user_id: 'U1' }, { type: 'emoji', name: 'tada' }),
    section(link, { type: 'broadcast', range: 'channel' }),
    {
      type: 'rich_text_list',
      style: 'bullet',
      elements: [section(text('one')), section(text('two'))],
    },
    { type: 'rich_text_preformatted', elements: [text('a\nb')] },
    { type: 'rich_text_quote', elements: [text('c\nd')] },
  ];
  expect(
    textOfSlack({
      blocks: [
        { type: 'rich_text', elements },
        { type: 'markdown', text: '# Hi' },
      ],
    }),
  ).toBe(
    'Hello @U1:tada:\nhere (https://x.example.org)@channel\n- one\n- two\n```\na\nb\n```\n> c\n> d\n# Hi',
  );
  let deep: object = text('deep');
  for (let i = 0; i < 20_000; i += 1) deep = section(deep);
  expect(textOfSlack({ blocks: [{ type: 'rich_text', elements: [deep] }] })).toBe('');
});

it.each([
  ['&amp;lt; &lt;b&gt; & &nbsp;', '&lt; <b> & &nbsp;'],
  ['<https://x.example.org>', 'https://x.example.org'],
  ['<https://x.example.org|https://x.example.org>', 'https://x.example.org'],
  ['<https://x.example.org/?a=1&amp;b=2|a &amp; b>', 'a & b (https://x.example.org/?a=1&b=2)'],
  ['<#C024|general> <#C025> <@U1|ana>', '#general #C025 @ana'],
  ['<!date^1392734382^{date}|Feb 18> <!everyone> <!subteam^S1|@ops>', 'Feb 18 @everyone @ops'],
  ['1 < 2 and 3 > 2, <b>, a\r\nb', '1 < 2 and 3 > 2, <b>, a\nb'],
  ['a\0b\uD800c', 'abc'],
])('writes out the markup of %j', (text, expected) => {
  expect(textOfSlack({ text })).toBe(expected);
});

it('shows the fallback of an attachment that has nothing else, and skips what is no text', () => {
  expect(textOfSlack({ attachments: [{ fallback: 'CPU &gt; 90' }, null, 5, { text: 7 }] })).toBe(
    'CPU > 90',
  );
  expect(textOfSlack({ text: 'x', blocks: [null, 'y', { type: 'section', text: 'z' }] })).toBe('x');
  expect(textOfSlack({ blocks: [{ type: 'section', text: { text: 5 } }] })).toBe('');
  expect(textOfSlack({})).toBe('');
});

it('cuts what is longer than a message, between characters', () => {
  const cut = textOfSlack({ text: '😀'.repeat(5000) });
  expect(cut).toBe(`${'😀'.repeat(3999)}…`);
  expect(textOfSlack({ text: '😀'.repeat(4000) })).toBe('😀'.repeat(4000));
});
