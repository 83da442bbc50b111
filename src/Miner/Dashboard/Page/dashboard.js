'use strict';
(() => {
  const refreshEvery = 30_000;
  const isPublic = location.pathname.replace(/\/+$/, '').toLowerCase() === '/public';
  const code = new URLSearchParams(location.search).get('code');
  const headers = code ? { 'x-functions-key': code } : {};
  const byId = id => document.getElementById(id);
  const hourMs = 3_600_000;

  // Words and numbers.

  const decimals = (value, digits) => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace('-', '−');
  const number = (value, digits = 0, unit = '') => (value == null ? '–' : decimals(value, digits) + (unit && ' ' + unit));
  const percent = (share, digits = 1) => number(share == null ? null : share * 100, digits, '%');
  const price = value => number(value, 4, 'CNY');
  const error = value => number(value, 5, 'CNY');
  const count = (value, noun) => `${decimals(value, 0)} ${noun}${value === 1 ? '' : 's'}`;
  const bounds = (bounded, format) => (bounded.lower == null ? '' : `${format(bounded.lower)} to ${format(bounded.upper)}`);
  const short = address => (address.length > 16 ? `${address.slice(0, 6)}…${address.slice(-4)}` : address);
  const pad = value => String(value).padStart(2, '0');
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const clock = date => `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}`;
  const day = date => `${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
  const local = date => `${date.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })} local time`;

  function ago(date, now) {
    const seconds = Math.round((now - date) / 1000);
    if (seconds < 0) return `in ${count(Math.ceil(-seconds / 60), 'minute')}`;
    if (seconds < 90) return `${seconds} s ago`;
    if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min ago`;
    if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h ago`;
    return `${Math.round(seconds / 86400)} days ago`;
  }

  // Elements. All text goes in as text.

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value != null) made.setAttribute(name, value);
    }
    made.append(...children.flat(Infinity).filter(child => child != null && child !== ''));
    return made;
  }

  const time = (date, text) => element('time', { datetime: date.toISOString(), title: local(date) }, text);
  const instant = (text, now) => {
    if (!text) return 'never';
    const date = new Date(text);
    return [time(date, `${day(date)} ${clock(date)} UTC`), ` (${ago(date, now)})`];
  };
  const address = text => element('span', { class: 'address', title: text }, short(text));
  const shapes = { Healthy: '●', Degraded: '▲', Unhealthy: '■' };
  const state = (status, word = status) =>
    element('span', { class: `state ${status.toLowerCase()}` }, element('span', { 'aria-hidden': 'true' }, `${shapes[status]} `), word);
  const empty = text => element('p', { class: 'empty' }, text);
  const facts = (id, pairs) =>
    byId(id).replaceChildren(...pairs.filter(Boolean).map(([name, ...value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))));

  /** A column is [head, cell of a row, class]. */
  function table(caption, columns, rows) {
    const cells = (row, tag) => columns.map(([, cell, kind], i) => element(i === 0 ? 'th' : tag, { class: kind, scope: i === 0 ? 'row' : null }, cell(row)));
    return element(
      'table',
      { class: 'data' },
      element('caption', { class: 'hidden' }, caption),
      element('thead', {}, element('tr', {}, columns.map(([head, , kind]) => element('th', { scope: 'col', class: kind }, head)))),
      element('tbody', {}, rows.map(row => element('tr', {}, cells(row, 'td')))));
  }

  // The four answers at the top.

  const tile = (title, figure, ...note) =>
    element('div', { class: 'tile' }, element('h2', {}, title), element('p', { class: 'figure' }, figure), element('p', { class: 'note' }, note));

  function skill(ratio) {
    const less = bounded => 1 - bounded;
    if (ratio.value == null) return '–';
    const value = less(ratio.value);
    return `${percent(Math.abs(value))} ${value >= 0 ? 'less' : 'more'} error`;
  }

  function skillNote(window, name) {
    const { maeRatio: ratio, scored } = window;
    if (ratio.value == null) return 'than the last price: no forecast has matured yet';
    const verdict =
      ratio.lower == null ? 'too few forecasts for bounds' : ratio.upper < 1 ? 'better' : ratio.lower > 1 ? 'worse' : 'not told apart';
    const change = value => `${percent(Math.abs(1 - value))} ${value <= 1 ? 'less' : 'more'}`;
    return `than the last price: ${verdict}${ratio.lower == null ? '' : `, ${bounds(ratio, change)}`}; ${name}, ${count(scored, 'forecast')}`;
  }

  function strip(data, now) {
    const { health, calls, quality } = data;
    const troubled = health.parts.filter(part => part.status !== 'Healthy').map(part => part.name);
    const best = quality.week.scored > 0 ? quality.week : quality.day;
    byId('strip').replaceChildren(
      tile(
        'State',
        state(health.status),
        troubled.length ? `needs attention: ${troubled.join(', ')}` : `all ${health.parts.length} parts; ${health.model} answers`),
      tile(
        'Last asked',
        calls.lastAt ? time(new Date(calls.lastAt), ago(new Date(calls.lastAt), now)) : calls.problem ? '–' : 'not yet',
        calls.lastCaller ? ['by ', address(calls.lastCaller)] : calls.lastAt ? 'more than an hour before now' : calls.problem ?? 'the first challenge will stand here',
        calls.lastMs == null ? '' : `, answered in ${number(calls.lastMs, calls.lastMs < 10 ? 1 : 0, 'ms')}`),
      tile('Against the last price', skill(best.maeRatio), skillNote(best, '7 days')),
      tile(
        'Coverage',
        percent(quality.week.coverage.value),
        quality.week.coverage.value == null
          ? `of intervals hold the price, ${percent(quality.level, 0)} intended: no forecast has matured yet`
          : [
              `of intervals hold the price, ${percent(quality.level, 0)} intended; 7 days`,
              quality.week.coverage.lower == null ? '' : `, ${bounds(quality.week.coverage, percent)}`,
              quality.day.coverage.value == null ? '' : `; 24 h: ${percent(quality.day.coverage.value)}`,
            ]));
  }

  // The sections.

  function showHealth({ health }, now) {
    facts('health-facts', [
      ['Price', health.price == null ? 'none yet; the next poll brings it' : [price(health.price), ', ', instant(health.priceAt, now)]],
      ['Source', health.priceSource ?? 'not known yet', health.priceSource === 'simulated' ? ' (not real prices)' : ''],
      ['Last successful poll', instant(health.polledAt, now)],
      health.callsLeft == null
        ? null
        : ['CoinGecko calls left this month', `${number(health.callsLeft)} of ${number(health.callsLeft + health.callsThisMonth)}`],
      ['Model', element('span', { class: 'address' }, health.model)],
      ['In its shadow', health.shadows.length ? health.shadows.join(', ') : 'none'],
    ]);
    byId('parts').replaceChildren(
      table('Health parts', [
        ['Part', part => part.name],
        ['State', part => state(part.status)],
        ['Detail', part => part.detail ?? '', 'words'],
      ], health.parts));
  }

  function showCalls({ calls, health }) {
    byId('other-tasks').replaceChildren(
      ...calls.process.otherTasks.map(other =>
        element(
          'p',
          { class: 'notice' },
          element('strong', {}, '▲ Another task. '),
          address(other.caller),
          ` asks for forecasts ${other.offset} (${count(other.count, 'time')} in the last hour); this miner forecasts USDT/CNY 1 h ahead. Set Netuid to the subnet whose validators ask for that.`)));
    byId('callers').replaceChildren(
      calls.problem ? empty(`Not known: ${calls.problem}.`)
      : calls.callers.length === 0
        ? empty('Nobody has been answered yet. Each caller will stand here within seconds of its first answer.')
        : table('Callers by 5-minute slots asked for', [
            ['Caller', caller => address(caller.caller)],
            ['uid', caller => number(caller.uid), 'number'],
            ['Permit', caller => (caller.hasPermit == null ? '–' : caller.hasPermit ? 'yes' : 'no')],
            ['Last hour', caller => number(caller.lastHour), 'number'],
            ['Today', caller => number(caller.today), 'number'],
            ['Yesterday', caller => number(caller.yesterday), 'number'],
          ], calls.callers));
    const { refused, answered, since } = calls.process;
    const start = new Date(since);
    byId('refused').replaceChildren(
      element('p', { class: 'empty' }, 'Of this process since ', time(start, `${day(start)} ${clock(start)} UTC`), `: ${number(answered)} answered.`),
      refused.length === 0
        ? empty('None was refused.')
        : table('Refused requests by reason', [
            ['Reason', reason => reason.reason.replaceAll('_', ' ')],
            ['Requests', reason => number(reason.count), 'number'],
          ], refused));
  }

  const figures = [
    ['Forecasts', window => number(window.scored), 'number'],
    ['Error / last price’s', window => [number(window.maeRatio.value, 3), element('div', { class: 'quiet' }, bounds(window.maeRatio, value => number(value, 3)))], 'number'],
    ['Mean error', window => error(window.meanAbsoluteError), 'number'],
    ['Last price’s', window => error(window.lastPriceError), 'number'],
    ['Coverage', window => [percent(window.coverage.value), element('div', { class: 'quiet' }, bounds(window.coverage, percent))], 'number'],
    ['Validator’s interval score', window => number(window.intervalScore, 4), 'number'],
  ];

  function showQuality({ quality }) {
    const roles = { Active: 'answers', Fallback: 'fallback', Shadow: 'shadow' };
    byId('windows').replaceChildren(
      quality.problem ? empty(`Not known: ${quality.problem}.`)
      : quality.week.scored === 0
        ? empty('No forecast has matured yet. The first figures stand here about 65 minutes after the first answered challenge; bounds need ten hours of them.')
        : table('Figures of the answers', [['Answers of', row => row.name], ...figures.map(([head, cell, kind]) => [head, row => cell(row.window), kind])], [
            { name: '24 hours', window: quality.day },
            { name: '7 days', window: quality.week },
          ]));
    byId('models').replaceChildren(
      quality.models.length === 0
        ? empty('Each model will stand here with its first matured forecast; put another beside it with bittbridge models shadow.')
        : table('Models', [
            ['Model', row => element('span', { class: 'address' }, row.model)],
            ['Role', row => roles[row.role]],
            ...figures.map(([head, cell, kind]) => [head, row => cell(row.window), kind]),
            ['Mean width', row => error(row.meanWidth), 'number'],
            ['Error / active model’s', row => (row.ratioToActive ? [number(row.ratioToActive.value, 3), element('div', { class: 'quiet' }, bounds(row.ratioToActive, value => number(value, 3)))] : '–'), 'number'],
          ], quality.models));
  }

  function axonWords({ axon, reach, otherHotkey }) {
    switch (reach) {
      case 'NoAddress': return [state('Unhealthy', 'none'), ': no validator calls this miner. bittbridge axon prints what to type.'];
      case 'ThisMiner': return [state('Healthy', axon), ', where this miner answers'];
      case 'OtherMiner': return [state('Unhealthy', axon), ', where another miner answers: ', address(otherHotkey)];
      case 'NoMiner': return [state('Unhealthy', axon), ', where something answers that is no miner'];
      default: return [state('Degraded', axon), ', where nothing answers from here. Some networks don’t let a machine call its own public address: bittbridge doctor --url from elsewhere tells.'];
    }
  }

  function showChain({ chain }, now) {
    const own = chain.standing;
    const isRegistered = own?.uid != null;
    const share = value => (value == null ? 'not told' : percent(value, 2));
    facts('chain', [
      ['Subnet', `${chain.netuid} on ${chain.network}`],
      ['Subnet’s list', chain.readAt ? [`${count(chain.neurons, 'hotkey')}, ${number(chain.permits)} with a permit, at block ${number(chain.block)}; read `, instant(chain.readAt, now)] : 'not read yet; the housekeeping reads it every hour'],
      ['Hotkey', chain.hotkey ? element('span', { class: 'address' }, chain.hotkey) : 'none (open mode)'],
      ['Own standing', own ? ['read ', instant(own.readAt, now), chain.problem ? `; since then: ${chain.problem}` : ''] : chain.problem ?? (chain.hotkey ? 'not read yet; it will stand here within a minute' : 'open mode asks no chain')],
      own && ['Own uid', isRegistered ? `${own.uid} of ${number(own.neurons)}${own.hasPermit ? ', with a validator permit' : ''}` : [state('Unhealthy', 'not registered'), ': no validator finds this miner']],
      own && ['Address on the chain', axonWords(own)],
      isRegistered && ['Incentive', `${share(own.incentive)}${own.rank ? `, place ${number(own.rank)} of ${number(own.neurons)}` : ''}`],
      isRegistered && ['Stake', own.stake == null ? 'not told' : number(own.stake, own.stake < 1 ? 6 : 2, 'α')],
      isRegistered && ['Immunity', own.immunityLeft == null ? 'not told' : own.immunityLeft > 0 ? `${count(own.immunityLeft, 'block')} left, about ${number(own.immunityLeft * 12 / 3600, 1, 'h')}` : 'over: the hotkey can be replaced by a new one'],
    ]);
  }

  // Charts. Colors come from the style sheet, so that they follow the theme.

  const color = name => () => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const axis = (extra = {}) => ({ stroke: color('--quiet'), grid: { stroke: color('--line'), width: 1 }, ticks: { stroke: color('--line'), width: 1 }, ...extra });
  const plain = (_, splits, __, ___, step) => splits.map(value => (value == null ? '' : decimals(value, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))));
  const utc = seconds => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC');
  const stamp = seconds => {
    const date = new Date(seconds * 1000);
    return `${day(date)} ${clock(date)} UTC = ${pad(date.getHours())}:${pad(date.getMinutes())} local`;
  };
  const byClock = (_, splits) => splits.map(seconds => (seconds % 86400 === 0 ? day(new Date(seconds * 1000)) : clock(new Date(seconds * 1000))));
  const byDay = (_, splits) => splits.map(seconds => (seconds % 86400 === 0 ? day(new Date(seconds * 1000)) : ''));
  const own = { stroke: color('--accent'), width: 2 };
  const unseen = { scale: 'unseen', paths: () => null, points: { show: false } };
  const last = { stroke: color('--other'), width: 1.5, dash: [6, 4] };
  const edge = { stroke: color('--accent'), width: 0.5 };
  const dots = { show: true, size: 6 };

  /** The ratio of two errors, the line where they are equal, and both errors, which are read but not drawn. */
  const ratioSeries = (more = {}) => [
    ['Ratio', { ...own, ...more }, value => number(value, 3)],
    ['Equal', last, value => number(value, 0)],
    ['Forecast', unseen, error],
    ['Last price', unseen, error],
  ];
  const ratioValues = (x, forecast, lastPrice) => [x, forecast.map((value, i) => (value != null && lastPrice[i] > 0 ? value / lastPrice[i] : null)), x.map(() => 1), forecast, lastPrice];

  /**
   * The time axes: charts of one group share one hover. A series is [label, options, format]. A chart hides itself while its first series is empty.
   */
  const groups = {
    hours: { x: 'Time', read: stamp, ticks: byClock, scale: { time: true } },
    days: { x: 'Day', read: seconds => `${day(new Date(seconds * 1000))} UTC`, ticks: byDay, scale: { time: true }, space: 70 },
    hoursOfDay: { x: 'Hour', read: hour => `${pad(hour)}:00 to ${pad(hour)}:59 UTC`, ticks: (_, splits) => splits.map(hour => pad(hour)), scale: { time: false }, steps: [1, 2, 3, 6, 12] },
  };

  const charts = [
    {
      title: 'Price and matured forecasts, last 48 hours',
      text: 'Each forecast stands at the time it was for. The band is its interval; a ring marks a price outside of it.',
      group: 'hours',
      height: 280,
      series: [
        ['Price', { stroke: color('--truth'), width: 1.5 }, price],
        ['Forecast', own, price],
        ['Lower', edge, price],
        ['Upper', edge, price],
        ['Outside', { stroke: color('--bad'), width: 0, paths: () => null, points: { show: true, size: 9, width: 2, stroke: color('--bad'), fill: 'transparent' } }, price],
      ],
      bands: [{ series: [4, 3], fill: color('--band') }],
      data: ({ chart }) => {
        const times = chart.price.map((_, i) => Date.parse(chart.from) / 1000 + i * chart.stepSeconds);
        const outside = chart.price.map((value, i) => (value != null && chart.lower[i] != null && (value < chart.lower[i] || value > chart.upper[i]) ? value : null));
        return [times, chart.price, chart.forecast, chart.lower, chart.upper, outside];
      },
      missing: 'The price will stand here after the first poll, and a forecast an hour after its challenge.',
    },
    {
      title: 'Error against the last price’s, last 48 hours',
      text: 'The error of the forecasts of the two hours before over the last price’s. Below 1 is better than saying nothing changes.',
      group: 'hours',
      height: 190,
      series: ratioSeries(),
      data: ({ chart }) => {
        const times = chart.price.map((_, i) => Date.parse(chart.from) / 1000 + i * chart.stepSeconds);
        const span = 7200 / chart.stepSeconds;
        const off = values => values.map((value, i) => (value == null || chart.price[i] == null || chart.forecast[i] == null ? null : Math.abs(value - chart.price[i])));
        const rolling = values => values.map((_, i) => {
          const known = values[i] == null ? [] : values.slice(Math.max(0, i - span + 1), i + 1).filter(value => value != null);
          return known.length < span / 2 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
        });
        return ratioValues(times, rolling(off(chart.forecast)), rolling(off(chart.lastPrice)));
      },
      missing: 'The first figure will stand here about two hours after the first challenge.',
    },
    {
      title: 'Error against the last price’s, by day',
      text: 'Mean absolute error of the active model over the last price’s, with its bounds.',
      group: 'days',
      height: 190,
      series: [...ratioSeries({ points: dots }), ['Lower', edge, value => number(value, 3)], ['Upper', edge, value => number(value, 3)]],
      bands: [{ series: [6, 5], fill: color('--band') }],
      data: ({ days }) => [
        ...ratioValues(days.map(one => Date.parse(one.day) / 1000), days.map(one => one.meanAbsoluteError), days.map(one => one.lastPriceError)),
        days.map(one => one.maeRatio.lower),
        days.map(one => one.maeRatio.upper),
      ],
      missing: 'A day will stand here with its first matured forecast.',
    },
    {
      title: 'Coverage by day',
      text: 'The share of intervals that held the price, and the share intended.',
      group: 'days',
      height: 190,
      series: [['Coverage', { ...own, points: dots }, value => percent(value)], ['Intended', { ...last, points: { show: false } }, value => percent(value)]],
      ticks: (_, splits) => splits.map(value => percent(value, 0)),
      data: ({ days, level }) => [days.map(one => Date.parse(one.day) / 1000), days.map(one => one.coverage), days.map(() => level)],
      missing: 'A day will stand here with its first matured interval.',
    },
    {
      title: 'Validator’s interval score by day',
      text: '1 is a perfect interval without width; an interval that misses scores 0.',
      group: 'days',
      height: 190,
      fromZero: true,
      series: [['Score', { ...own, points: dots }, value => number(value, 4)]],
      data: ({ days }) => [days.map(one => Date.parse(one.day) / 1000), days.map(one => one.intervalScore)],
      missing: 'A day will stand here with its first matured interval.',
    },
    {
      title: 'Error against the last price’s, by hour of the day, last 7 days',
      text: 'By the hour, UTC, that the forecasts were for.',
      group: 'hoursOfDay',
      height: 190,
      series: ratioSeries({ points: dots }),
      data: ({ hours }) => ratioValues(hours.map(one => one.hour), hours.map(one => one.meanAbsoluteError), hours.map(one => one.lastPriceError)),
      missing: 'An hour will stand here with its first matured forecast.',
    },
  ];

  function build(chart) {
    const group = groups[chart.group];
    chart.plotBox = element('div', { class: 'plot', tabindex: '0', role: 'group', 'aria-roledescription': 'chart', 'aria-label': `${chart.title}. Left and right arrow keys read it point by point; the table below holds the same.` });
    chart.message = empty(chart.missing);
    chart.tableBox = element('div', { class: 'scroll tall', role: 'region', 'aria-label': `${chart.title}, as a table`, tabindex: '0' });
    chart.details = element('details', {}, element('summary', {}, 'As a table', element('span', { class: 'hidden' }, `: ${chart.title}`)), chart.tableBox);
    chart.details.addEventListener('toggle', () => fillTable(chart));
    chart.plotBox.addEventListener('keydown', event => step(chart, event));
    chart.box = element('div', { class: 'chart' }, element('h3', {}, chart.title), element('p', {}, chart.text), chart.message, chart.plotBox, chart.details);
    chart.make = () => {
      chart.plot = new uPlot(
        {
          width: Math.max(200, chart.plotBox.clientWidth),
          height: chart.height,
          tzDate: utc,
          scales: { x: group.scale, y: chart.fromZero ? { range: (_, low, high) => [0, (high || 1) * 1.1] } : {} },
          axes: [axis({ values: group.ticks, space: group.space ?? 50, incrs: group.steps }), axis({ size: 60, values: chart.ticks ?? plain })],
          series: [{ label: group.x, value: (_, x) => (x == null ? '–' : group.read(x)) }, ...chart.series.map(([label, options, format]) => ({ label, ...options, spanGaps: false, points: options.points ?? { show: false }, value: (_, value) => format(value) }))],
          bands: chart.bands ?? [],
          cursor: { sync: { key: chart.group }, y: false, drag: { x: false, y: false } },
          // Away from the pointer, the legend reads the newest point.
          hooks: { setCursor: [plot => plot.cursor.idx == null && plot.setLegend({ idx: knownPoints(chart).at(-1) }, false)], ready: [plot => plot.setLegend({ idx: knownPoints(chart).at(-1) }, false)] },
          legend: { live: true },
        },
        chart.values,
        chart.plotBox);
    };
    new ResizeObserver(() => chart.plot?.setSize({ width: Math.max(200, chart.plotBox.clientWidth), height: chart.height })).observe(chart.plotBox);
    return chart.box;
  }

  function draw(chart, quality) {
    chart.values = chart.data(quality);
    const isEmpty = !chart.values[1].some(value => value != null);
    chart.plotBox.hidden = chart.details.hidden = isEmpty;
    chart.message.hidden = !isEmpty;
    if (isEmpty) return;
    if (chart.plot) chart.plot.setData(chart.values);
    else chart.make();
    fillTable(chart);
  }

  /** Where there is more to read than a constant line. */
  const knownPoints = chart => chart.values[0].map((_, i) => i).filter(i => chart.values.some((values, s) => s > 0 && chart.series[s - 1][0] !== 'Equal' && chart.series[s - 1][0] !== 'Intended' && values[i] != null));

  function fillTable(chart) {
    if (!chart.details.open || !chart.values) return;
    const [x, ...series] = chart.values;
    const rows = knownPoints(chart).reverse();
    chart.tableBox.replaceChildren(
      table(chart.title, [
        [groups[chart.group].x, i => groups[chart.group].read(x[i])],
        ...chart.series.map(([label, , format], s) => [label, i => format(series[s][i]), 'number']),
      ], rows));
  }

  function step(chart, event) {
    const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (!chart.plot || !(event.key in moves)) return;
    event.preventDefault();
    const known = knownPoints(chart);
    const at = chart.plot.cursor.idx ?? known.at(-1);
    const move = moves[event.key];
    const next = move > 0 ? known.find(i => i > at && move !== Infinity) ?? known.at(-1) : known.findLast(i => i < at && move !== -Infinity) ?? known[0];
    chart.plot.setCursor({ left: chart.plot.valToPos(chart.values[0][next], 'x'), top: 10 });
    byId('spoken').textContent = [
      groups[chart.group].read(chart.values[0][next]),
      ...chart.series.map(([label, , format], s) => (chart.values[s + 1][next] == null ? '' : `${label} ${format(chart.values[s + 1][next])}`)),
    ].filter(Boolean).join(', ');
  }

  byId('charts').append(
    ...charts.slice(0, 2).map(build),
    element('div', { class: 'pair' }, charts.slice(2).map(build)));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => charts.forEach(chart => chart.plot?.redraw()));

  // Saving the track record. A link could not carry the key.

  async function save(format) {
    const response = await fetch(`/api/track-record?format=${format}`, { headers });
    if (!response.ok) throw new Error(`the miner answered ${response.status}`);
    const link = element('a', { href: URL.createObjectURL(await response.blob()), download: `track-record.${format}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  if (!isPublic) {
    byId('save').append(
      ...['csv', 'json'].flatMap(format => {
        const button = element('button', { type: 'button' }, `Save the last 30 days as ${format.toUpperCase()}`);
        button.addEventListener('click', () => save(format).catch(problem => fail(`The track record could not be saved: ${problem.message}.`)));
        return [button, ' '];
      }));
  }

  // Refreshing.

  let shown = null;

  function fail(text) {
    byId('failure').hidden = !text;
    byId('failure').textContent = text ?? '';
  }

  function show(data) {
    const now = new Date(data.at);
    shown = now;
    byId('about').replaceChildren(`USDT/CNY one hour ahead · version ${data.version}`, ...(data.chain.hotkey ? [' · ', address(data.chain.hotkey)] : []));
    byId('updated').replaceChildren('As of ', time(now, `${day(now)} ${clock(now)}:${pad(now.getUTCSeconds())} UTC`));
    document.title = `${shapes[data.health.status]} ${data.health.status} – Bittbridge miner`;
    strip(data, now);
    showHealth(data, now);
    showCalls(data);
    showQuality(data);
    showChain(data, now);
    charts.forEach(chart => draw(chart, data.quality));
  }

  async function refresh() {
    try {
      const response = await fetch(isPublic ? '/public/data' : '/api/dashboard', { headers, cache: 'no-store', signal: AbortSignal.timeout(20_000) });
      if (!response.ok) throw new Error(`the miner answered ${response.status}`);
      show(await response.json());
      fail(null);
    } catch (problem) {
      const reason = problem instanceof TypeError || problem.name === 'TimeoutError' ? 'the miner did not answer' : problem.message;
      fail(`This page could not be refreshed: ${reason}. ${shown ? `It shows the state of ${clock(shown)} UTC` : 'It shows nothing yet'} and tries again every ${refreshEvery / 1000} s.`);
    }
  }

  let timer = 0;
  async function keepFresh() {
    clearTimeout(timer);
    if (document.visibilityState === 'visible') await refresh();
    timer = setTimeout(keepFresh, refreshEvery);
  }

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && (!shown || Date.now() - shown > refreshEvery)) keepFresh();
  });
  keepFresh();
})();
