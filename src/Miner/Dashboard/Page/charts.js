// Charts. Colors come from the style sheet, so that they follow the theme.

const color = name => () => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const axis = (extra = {}) => ({
    stroke: color('--quiet'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { stroke: color('--line'), width: 1 },
    ...extra,
});
const plain = (_, splits, __, ___, step) =>
    splits.map(value => (value == null ? '' : decimals(value, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))));
const utc = seconds => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC');
const stamp = seconds => {
    const date = new Date(seconds * 1000);
    return `${day(date)} ${clock(date)} UTC = ${pad(date.getHours())}:${pad(date.getMinutes())} local`;
};
const byClock = (_, splits) =>
    splits.map(seconds => (seconds % 86400 === 0 ? day(new Date(seconds * 1000)) : clock(new Date(seconds * 1000))));
const byDay = (_, splits) => splits.map(seconds => (seconds % 86400 === 0 ? day(new Date(seconds * 1000)) : ''));
const own = { stroke: color('--accent'), width: 2 };
const unseen = { scale: 'unseen', paths: () => null, points: { show: false } };
const last = { stroke: color('--other'), width: 1.5, dash: [6, 4] };

const slotTimes = chart => chart.price.map((_, i) => Date.parse(chart.from) / 1000 + i * chart.stepSeconds);
const dayTimes = days => days.map(one => Date.parse(one.day) / 1000);

/** A value between two missing ones has no line, so it is drawn as a point. */
const alone = {
    show: false,
    size: 5,
    filter: (plot, series) => {
        const values = plot.data[series];
        return values.map((_, i) => i).filter(i => values[i] != null && values[i - 1] == null && values[i + 1] == null);
    },
};
const edge = { stroke: color('--accent'), width: 0.5, points: { ...alone, size: 2 } };
const dots = { show: true, size: 6 };

/** Draws a square around each value of a series, which differs from every other mark by its shape. */
function squares(plot, series) {
    const { ctx, data } = plot;
    const side = 9 * devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = color('--other')();
    ctx.lineWidth = 2 * devicePixelRatio;
    data[series].forEach((value, i) => {
        if (value == null) return;
        ctx.strokeRect(plot.valToPos(data[0][i], 'x', true) - side / 2, plot.valToPos(value, 'y', true) - side / 2, side, side);
    });
    ctx.restore();
}

/** The ratio of two errors, the line where they are equal, and both errors, which are read but not drawn. */
const ratioSeries = (more = {}) => [
    ['Ratio', { ...own, ...more }, ratio],
    ['Equal', last, value => number(value, 0)],
    ['Forecast', unseen, error],
    ['Last price', unseen, error],
];
/** The bounds of the ratio, and the band between them. */
const ratioBounds = [
    ['Lower', edge, ratio],
    ['Upper', edge, ratio],
];
const ratioBand = [{ series: [6, 5], fill: color('--band') }];
const ratioValues = (x, forecast, lastPrice) => [
    x,
    forecast.map((value, i) => (value != null && lastPrice[i] > 0 ? value / lastPrice[i] : null)),
    x.map(() => 1),
    forecast,
    lastPrice,
];

/**
 * The time axes: charts of one group share one hover. A series is [label, options, format].
 */
const groups = {
    hours: { x: 'Time', read: stamp, ticks: byClock, scale: { time: true } },
    days: { x: 'Day', read: seconds => `${day(new Date(seconds * 1000))} UTC`, ticks: byDay, scale: { time: true }, space: 70 },
    hoursOfDay: {
        x: 'Hour',
        read: hour => `${pad(hour)}:00 to ${pad(hour)}:59 UTC`,
        ticks: (_, splits) => splits.map(hour => pad(hour)),
        scale: { time: false },
        steps: [1, 2, 3, 6, 12],
    },
};

const charts = [
    {
        title: 'Price and matured forecasts, last 48 hours',
        text: 'Each forecast is at the time it was for. The band is its interval; a ring marks a price outside of it, a square a forecast of the fallback.',
        group: 'hours',
        height: 280,
        series: [
            ['Price', { stroke: color('--truth'), width: 1.5 }, price],
            ['Forecast', own, price],
            ['Lower', edge, price],
            ['Upper', edge, price],
            [
                'Outside',
                {
                    class: 'ring',
                    stroke: color('--bad'),
                    width: 0,
                    paths: () => null,
                    points: { show: true, size: 9, width: 2, stroke: color('--bad'), fill: 'transparent' },
                },
                price,
            ],
            ['Fallback', { stroke: color('--other'), width: 0, paths: () => null, points: { show: false, width: 2 } }, price],
        ],
        bands: [{ series: [4, 3], fill: color('--band') }],
        mark: plot => squares(plot, 6),
        data: ({ chart }) => {
            const times = slotTimes(chart);
            const outside = chart.price.map((value, i) =>
                value != null && chart.lower[i] != null && (value < chart.lower[i] || value > chart.upper[i]) ? value : null,
            );
            const fallback = chart.forecast.map((value, i) => (chart.isFallback[i] ? value : null));
            return [times, chart.price, chart.forecast, chart.lower, chart.upper, outside, fallback];
        },
        missing: 'The price will appear here after the first poll, and a forecast an hour after its challenge.',
    },
    {
        title: 'Error against the last price’s, last 48 hours',
        text: 'The error of the forecasts of the two hours before over the last price’s. Below 1 is better than saying nothing changes.',
        group: 'hours',
        height: 190,
        series: ratioSeries(),
        data: ({ chart }) => {
            const times = slotTimes(chart);
            const span = 7200 / chart.stepSeconds;
            const off = values =>
                values.map((value, i) =>
                    value == null || chart.price[i] == null || chart.forecast[i] == null ? null : Math.abs(value - chart.price[i]),
                );
            const rolling = values =>
                values.map((_, i) => {
                    const known = values[i] == null ? [] : values.slice(Math.max(0, i - span + 1), i + 1).filter(value => value != null);
                    return known.length < span / 2 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
                });
            return ratioValues(times, rolling(off(chart.forecast)), rolling(off(chart.lastPrice)));
        },
        missing: 'The first figure will appear here about two hours after the first challenge, if one comes every ten minutes.',
    },
    {
        title: 'Error against the last price’s, by day',
        text: 'Mean absolute error of the active model over the last price’s, with its bounds.',
        group: 'days',
        height: 190,
        series: [...ratioSeries({ points: dots }), ...ratioBounds],
        bands: ratioBand,
        data: ({ days }) => [
            ...ratioValues(
                dayTimes(days),
                days.map(one => one.meanAbsoluteError),
                days.map(one => one.lastPriceError),
            ),
            days.map(one => one.maeRatio.lower),
            days.map(one => one.maeRatio.upper),
        ],
        missing: 'A day will appear here with the first matured forecast of the active model.',
    },
    {
        title: 'Coverage by day',
        text: 'The share of intervals that held the price, with its bounds, and the share intended.',
        group: 'days',
        height: 190,
        series: [
            ['Coverage', { ...own, points: dots }, value => percent(value)],
            ['Intended', { ...last, points: { show: false } }, value => percent(value)],
            ['Lower', edge, value => percent(value)],
            ['Upper', edge, value => percent(value)],
        ],
        bands: [{ series: [4, 3], fill: color('--band') }],
        ticks: (_, splits) => splits.map(value => percent(value, 0)),
        data: ({ days, level }) => [
            dayTimes(days),
            days.map(one => one.coverage.value),
            days.map(() => level),
            days.map(one => one.coverage.lower),
            days.map(one => one.coverage.upper),
        ],
        missing: 'A day will appear here with the first matured interval of the active model.',
    },
    {
        title: 'Validator’s interval score by day',
        text: '1 is a perfect interval without width; an interval that misses scores 0. With its bounds.',
        group: 'days',
        height: 190,
        fromZero: true,
        series: [
            ['Score', { ...own, points: dots }, score],
            ['Lower', edge, score],
            ['Upper', edge, score],
        ],
        bands: [{ series: [3, 2], fill: color('--band') }],
        data: ({ days }) => [
            dayTimes(days),
            days.map(one => one.intervalScore.value),
            days.map(one => one.intervalScore.lower),
            days.map(one => one.intervalScore.upper),
        ],
        missing: 'A day will appear here with the first matured interval of the active model.',
    },
    {
        title: 'Error against the last price’s, by hour of the day, last 7 days',
        text: 'By the hour, UTC, that the forecasts were for. Bounds need five days.',
        group: 'hoursOfDay',
        height: 190,
        series: [...ratioSeries({ points: dots }), ...ratioBounds],
        bands: ratioBand,
        data: ({ hours }) => [
            ...ratioValues(
                hours.map(one => one.hour),
                hours.map(one => one.meanAbsoluteError),
                hours.map(one => one.lastPriceError),
            ),
            hours.map(one => one.maeRatio.lower),
            hours.map(one => one.maeRatio.upper),
        ],
        missing: 'An hour will appear here with its first matured forecast.',
    },
];

function build(chart) {
    const group = groups[chart.group];
    chart.plotBox = element('div', {
        class: 'plot',
        tabindex: '0',
        role: 'group',
        'aria-roledescription': 'chart',
        'aria-label': `${chart.title}. Left and right arrow keys read it point by point; the table below holds the same.`,
    });
    chart.message = empty(chart.missing);
    chart.tableBox = element('div', {
        class: 'scroll tall',
        role: 'region',
        'aria-label': `${chart.title}, as a table`,
        tabindex: '0',
    });
    chart.details = element(
        'details',
        {},
        element('summary', {}, 'As a table', element('span', { class: 'hidden' }, `: ${chart.title}`)),
        chart.tableBox,
    );
    chart.details.addEventListener('toggle', () => fillTable(chart));
    chart.plotBox.addEventListener('keydown', event => step(chart, event));
    chart.box = element(
        'div',
        { class: 'chart' },
        element('h3', {}, chart.title),
        element('p', {}, chart.text),
        chart.message,
        chart.plotBox,
        chart.details,
    );
    chart.make = () => {
        chart.plot = new uPlot(
            {
                width: Math.max(200, chart.plotBox.clientWidth),
                height: chart.height,
                tzDate: utc,
                scales: { x: group.scale, y: chart.fromZero ? { range: (_, low, high) => [0, (high || 1) * 1.1] } : {} },
                axes: [
                    axis({ values: group.ticks, space: group.space ?? 50, incrs: group.steps }),
                    axis({ size: 60, values: chart.ticks ?? plain }),
                ],
                series: [
                    { label: group.x, value: (_, x) => (x == null ? '–' : group.read(x)) },
                    ...chart.series.map(([label, options, format]) => ({
                        label,
                        ...options,
                        spanGaps: false,
                        points: { fill: options.stroke, ...(options.points ?? alone) },
                        value: (_, value) => format(value),
                    })),
                ],
                bands: chart.bands ?? [],
                cursor: { sync: { key: chart.group }, y: false, drag: { x: false, y: false } },
                // Away from the pointer, the legend reads the newest point.
                hooks: {
                    draw: chart.mark ? [chart.mark] : [],
                    setCursor: [plot => plot.cursor.idx == null && plot.setLegend({ idx: knownPoints(chart).at(-1) }, false)],
                    ready: [plot => plot.setLegend({ idx: knownPoints(chart).at(-1) }, false)],
                },
                legend: { live: true },
            },
            chart.values,
            chart.plotBox,
        );
    };
    new ResizeObserver(() => chart.plot?.setSize({ width: Math.max(200, chart.plotBox.clientWidth), height: chart.height })).observe(
        chart.plotBox,
    );
    return chart.box;
}

function draw(chart, quality) {
    chart.values = chart.data(quality);
    const isEmpty = !chart.values[1].some(value => value != null);
    chart.plotBox.hidden = chart.details.hidden = isEmpty;
    chart.message.hidden = !isEmpty;
    chart.message.textContent = quality.problem ? `Not known: ${quality.problem}.` : chart.missing;
    if (isEmpty) return;
    if (chart.plot) chart.plot.setData(chart.values);
    else chart.make();
    fillTable(chart);
}

/** Where there is more to read than a constant line. */
const knownPoints = chart =>
    chart.values[0]
        .map((_, i) => i)
        .filter(i =>
            chart.values.some(
                (values, s) => s > 0 && chart.series[s - 1][0] !== 'Equal' && chart.series[s - 1][0] !== 'Intended' && values[i] != null,
            ),
        );

function fillTable(chart) {
    if (!chart.details.open || !chart.values) return;
    const [x, ...series] = chart.values;
    const rows = knownPoints(chart).reverse();
    chart.tableBox.replaceChildren(
        table(
            chart.title,
            [
                [groups[chart.group].x, i => groups[chart.group].read(x[i])],
                ...chart.series.map(([label, , format], s) => [label, i => format(series[s][i]), 'number']),
            ],
            rows,
        ),
    );
}

function step(chart, event) {
    const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (!chart.plot || !(event.key in moves)) return;
    event.preventDefault();
    const known = knownPoints(chart);
    const at = chart.plot.cursor.idx ?? known.at(-1);
    const move = moves[event.key];
    const next =
        move > 0
            ? (known.find(i => i > at && move !== Infinity) ?? known.at(-1))
            : (known.findLast(i => i < at && move !== -Infinity) ?? known[0]);
    chart.plot.setCursor({ left: chart.plot.valToPos(chart.values[0][next], 'x'), top: 10 });
    byId('spoken').textContent = [
        groups[chart.group].read(chart.values[0][next]),
        ...chart.series.map(([label, , format], s) =>
            chart.values[s + 1][next] == null ? '' : `${label} ${format(chart.values[s + 1][next])}`,
        ),
    ]
        .filter(Boolean)
        .join(', ');
}

byId('charts').append(...charts.slice(0, 2).map(build), element('div', { class: 'pair' }, charts.slice(2).map(build)));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => charts.forEach(chart => chart.plot?.redraw()));
