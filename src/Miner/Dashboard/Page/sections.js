// The four answers at the top.

const tile = (title, figure, ...note) =>
    element(
        'div',
        { class: 'tile' },
        element('h2', {}, title),
        element('p', { class: 'figure' }, figure),
        element('p', { class: 'note' }, note),
    );

/** A ratio of errors as a change, such as "1.8 % less". */
const change = ratio => `${percent(Math.abs(1 - ratio))} ${ratio <= 1 ? 'less' : 'more'}`;

function skill(ratio) {
    return ratio.value == null ? '–' : `${change(ratio.value)} error`;
}

/** Why a figure of the matured forecasts is missing. */
const noFigure = quality => (quality.problem ? `not known, because ${quality.problem}` : 'no forecast has matured yet');

function skillNote(quality) {
    const { maeRatio: ratio, scored } = quality.week;
    if (ratio.value == null) return `than the last price: ${scored > 0 ? 'the last price had no error' : noFigure(quality)}`;
    const verdict =
        ratio.lower == null
            ? 'too few forecasts for bounds'
            : ratio.upper < 1
              ? 'better'
              : ratio.lower > 1
                ? 'worse'
                : 'not distinguishable';
    return `than the last price: ${verdict}${ratio.lower == null ? '' : `, ${bounds(ratio, change)}`}; 7 days, ${count(scored, 'forecast')}`;
}

function strip(data, now) {
    const { health, calls, quality } = data;
    const troubled = health.parts.filter(part => part.status !== 'Healthy').map(part => part.name);
    byId('strip').replaceChildren(
        tile(
            'State',
            state(health.status),
            troubled.length ? `needs attention: ${troubled.join(', ')}` : `all ${health.parts.length} parts; ${health.model} answers`,
        ),
        tile(
            'Last asked',
            calls.lastAt ? time(new Date(calls.lastAt), ago(new Date(calls.lastAt), now)) : calls.problem ? '–' : 'not yet',
            calls.lastCaller
                ? ['by ', shortAddress(calls.lastCaller)]
                : calls.lastAt
                  ? 'more than an hour before now'
                  : (calls.problem ?? 'the first challenge will appear here'),
            calls.lastMs == null ? '' : `, answered in ${number(calls.lastMs, calls.lastMs < 10 ? 1 : 0, 'ms')}`,
        ),
        tile('Against the last price', skill(quality.week.maeRatio), skillNote(quality)),
        tile(
            'Coverage',
            percent(quality.week.coverage.value),
            quality.week.coverage.value == null
                ? `of intervals hold the price, ${percent(quality.level, 0)} intended: ${quality.week.scored > 0 ? 'no forecast had an interval' : noFigure(quality)}`
                : [
                      `of intervals hold the price, ${percent(quality.level, 0)} intended; 7 days`,
                      quality.week.coverage.lower == null ? '' : `, ${bounds(quality.week.coverage, percent)}`,
                      quality.day.coverage.value == null ? '' : `; 24 h: ${percent(quality.day.coverage.value)}`,
                  ],
        ),
    );
}

/** One sentence while storage can't be read. */
function showOutdated({ outdated }) {
    const text = outdated
        ? `Callers, figures and charts are as of ${day(new Date(outdated.readAt))} ${clock(new Date(outdated.readAt))} UTC, because ${outdated.problem}.`
        : '';
    byId('outdated').hidden = !text;
    // A screen reader says the same text again when it is written again.
    if (byId('outdated').textContent !== text) byId('outdated').textContent = text;
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
        table(
            'Health parts',
            [
                ['Part', part => part.name],
                ['State', part => state(part.status)],
                ['Detail', part => part.detail ?? '', 'words'],
            ],
            health.parts,
        ),
    );
}

/** The answers that no row of the table counts, in words; empty without one. */
function otherAnswers({ lastHour, today, yesterday }) {
    const parts = [
        [lastHour, 'in the last hour'],
        [today, 'today'],
        [yesterday, 'yesterday'],
    ].filter(([answers]) => answers > 0);
    return parts.length === 0
        ? ''
        : `and ${parts.map(([answers, when]) => `${count(answers, 'answer')} ${when}`).join(', ')} to others, whose names are not kept`;
}

function showCalls({ calls }) {
    byId('other-tasks').replaceChildren(
        ...calls.requests.otherTasks.map(other =>
            element(
                'p',
                { class: 'notice' },
                element('strong', {}, '▲ Another task. '),
                address(other.caller),
                ` asks for forecasts ${other.offset} (${count(other.count, 'time')} in the last hour); this miner forecasts USDT/CNY 1 h ahead. Set Netuid to the subnet whose validators ask for that.`,
            ),
        ),
    );
    byId('callers').replaceChildren(
        calls.problem
            ? empty(`Not known: ${calls.problem}.`)
            : calls.callers.length === 0
              ? empty('Nobody has been answered yet. Each caller will appear here within seconds of its first answer.')
              : table(
                    'Callers by 5-minute slots asked for',
                    [
                        ['Caller', caller => address(caller.caller), 'whole'],
                        ['uid', caller => number(caller.uid), 'number'],
                        ['Permit', caller => (caller.hasPermit == null ? '–' : caller.hasPermit ? 'yes' : 'no')],
                        ['Last hour', caller => number(caller.lastHour), 'number'],
                        ['Today', caller => number(caller.today), 'number'],
                        ['Yesterday', caller => number(caller.yesterday), 'number'],
                    ],
                    calls.callers,
                ),
    );
    const others = otherAnswers(calls.others);
    if (others) byId('callers').append(element('p', { class: 'empty' }, others));
    if (calls.callers.length > 0) {
        byId('callers').append(element('p', { class: 'empty' }, 'Numbers are 5-minute slots with an answer.'));
    }
    const { refused, answered } = calls.requests;
    byId('refused').replaceChildren(
        element('p', { class: 'empty' }, `Today (UTC): ${count(answered, 'challenge')} answered, repeated ones included.`),
        refused.length === 0
            ? empty('None was refused.')
            : table(
                  'Refused requests by reason',
                  [
                      ['Reason', reason => reason.reason.replaceAll('_', ' ')],
                      ['Requests', reason => number(reason.count), 'number'],
                  ],
                  refused,
              ),
    );
}

/** The cell of a figure with its bounds below it. */
const bounded = (figure, format) => [format(figure.value), element('div', { class: 'quiet' }, bounds(figure, format))];
const ratio = value => number(value, 3);
const score = value => number(value, 4);

const figures = [
    ['Forecasts', window => number(window.scored), 'number'],
    ['Error / last price’s', window => bounded(window.maeRatio, ratio), 'number'],
    ['Mean error', window => error(window.meanAbsoluteError), 'number'],
    ['Last price’s', window => error(window.lastPriceError), 'number'],
    ['Coverage', window => bounded(window.coverage, percent), 'number'],
    ['Validator’s interval score', window => bounded(window.intervalScore, score), 'number'],
];

function showQuality({ quality }) {
    const roles = { Active: 'answers', Fallback: 'fallback', Shadow: 'shadow' };
    byId('windows').replaceChildren(
        quality.problem
            ? empty(`Not known: ${quality.problem}.`)
            : quality.week.scored === 0
              ? empty(
                    'No forecast has matured yet. The first figures appear here about 65 minutes after the first answered challenge; bounds need ten hours of them.',
                )
              : table(
                    'Figures of the answers',
                    [['Answers of', row => row.name], ...figures.map(([head, cell, kind]) => [head, row => cell(row.window), kind])],
                    [
                        { name: '24 hours', window: quality.day },
                        { name: '7 days', window: quality.week },
                    ],
                ),
    );
    if (quality.fallbackShare > 0) {
        byId('windows').append(
            element(
                'p',
                { class: 'empty' },
                `The fallback, the last price, gave ${percent(quality.fallbackShare)} of the answers of the last 30 days.`,
            ),
        );
    }
    byId('days').hidden = quality.days.length === 0;
    byId('days').lastElementChild.replaceChildren(
        table(
            'The active model by day',
            [
                ['Day', row => `${day(new Date(row.day))} UTC`],
                ...figures,
                ['Answered in, median', row => number(row.latencyP50Ms, 1, 'ms'), 'number'],
                ['99 % within', row => number(row.latencyP99Ms, 1, 'ms'), 'number'],
            ],
            quality.days.toReversed(),
        ),
    );
    byId('models').replaceChildren(
        quality.problem
            ? empty(`Not known: ${quality.problem}.`)
            : quality.models.length === 0
              ? empty('Each model will appear here with its first matured forecast; put another beside it with bittbridge models shadow.')
              : table(
                    'Models',
                    [
                        ['Model', row => element('span', { class: 'address' }, row.model)],
                        ['Role', row => roles[row.role]],
                        ...figures.map(([head, cell, kind]) => [head, row => cell(row.window), kind]),
                        ['Mean width', row => error(row.meanWidth), 'number'],
                        ['Error / active model’s', row => (row.ratioToActive ? bounded(row.ratioToActive, ratio) : '–'), 'number'],
                    ],
                    quality.models,
                ),
    );
}

function axonWords({ axon, reach, otherHotkey }) {
    switch (reach) {
        case 'NoAddress':
            return [state('Unhealthy', 'none'), ': no validator calls this miner. bittbridge axon prints what to type.'];
        case 'NotPublic':
            return [state('Unhealthy', axon), ', not a public address: no validator can call it. bittbridge axon prints what to type.'];
        case 'ThisMiner':
            return [state('Healthy', axon), ', where this miner answers'];
        case 'OtherMiner':
            return [state('Unhealthy', axon), ', where another miner answers: ', address(otherHotkey)];
        case 'NoMiner':
            return [state('Unhealthy', axon), ', where something answers that is no miner'];
        default:
            return [
                state('Degraded', axon),
                ', where nothing answers from here. Some networks don’t let a machine call its own public address: bittbridge doctor --url from elsewhere tells.',
            ];
    }
}

function showChain({ chain, quality }, now) {
    const own = chain.standing;
    const isRegistered = own?.uid != null;
    const unread = !chain.hotkey
        ? 'open mode asks no chain'
        : quality.problem
          ? 'not known, because storage can’t be read'
          : 'not read yet; it will appear here within a minute';
    const share = value => (value == null ? 'not known' : percent(value, 2));
    facts('chain', [
        ['Subnet', `${chain.netuid} on ${chain.network}`],
        [
            'Subnet’s list',
            chain.readAt
                ? [
                      `${count(chain.neurons, 'hotkey')}, ${number(chain.permits)} with a permit, at block ${number(chain.block)}; read `,
                      instant(chain.readAt, now),
                  ]
                : 'not read yet; the housekeeping reads it every hour',
        ],
        ['Hotkey', chain.hotkey ? address(chain.hotkey) : 'none (open mode)'],
        [
            'Own standing',
            own ? ['read ', instant(own.readAt, now), chain.problem ? `; since then: ${chain.problem}` : ''] : (chain.problem ?? unread),
        ],
        own && [
            'Own uid',
            isRegistered
                ? `${own.uid} of ${number(own.neurons)}${own.hasPermit ? ', with a validator permit' : ''}`
                : [state('Unhealthy', 'not registered'), ': no validator finds this miner'],
        ],
        own && ['Address on the chain', axonWords(own)],
        isRegistered && ['Incentive', `${share(own.incentive)}${own.rank ? `, place ${number(own.rank)} of ${number(own.neurons)}` : ''}`],
        isRegistered && ['Stake', own.stake == null ? 'not known' : number(own.stake, own.stake < 1 ? 6 : 2, 'α')],
        isRegistered && [
            'Immunity',
            own.immunityLeft == null
                ? 'not known'
                : own.immunityLeft > 0
                  ? `${count(own.immunityLeft, 'block')} left, about ${number((own.immunityLeft * 12) / 3600, 1, 'h')}`
                  : 'over: the hotkey can be replaced by a new one',
        ],
    ]);
}
