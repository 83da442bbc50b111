// Saving the track record. A link could not carry the key.

async function save(format) {
    const response = await fetch(`/api/track-record?format=${format}`, { headers });
    if (!response.ok) throw new Error(`the miner answered ${response.status}`);
    const link = element('a', { href: URL.createObjectURL(await response.blob()), download: `track-record.${format}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

byId('save').append(
    ...['csv', 'json'].flatMap(format => {
        const button = element('button', { type: 'button' }, `Save the last 30 days as ${format.toUpperCase()}`);
        button.addEventListener('click', () =>
            save(format).catch(problem => fail(`The track record could not be saved: ${problem.message}.`)),
        );
        return [button, ' '];
    }),
);

// Refreshing.

/** What the page shows. */
let good = null;
const shownAt = () => good && new Date(good.at);

function fail(text) {
    // A screen reader says the same text again when it is written again.
    if (byId('failure').textContent === (text ?? '')) return;
    byId('failure').hidden = !text;
    byId('failure').textContent = text ?? '';
}

function show(data) {
    const now = new Date(data.at);
    byId('about').replaceChildren(
        `USDT/CNY one hour ahead · version ${data.version}`,
        ...(data.chain.hotkey ? [' · ', shortAddress(data.chain.hotkey)] : []),
    );
    document.title = `${shapes[data.health.status]} ${data.health.status} – Bittbridge miner`;
    byId('save').hidden = !data.isOperator;
    strip(data, now);
    showOutdated(data);
    showHealth(data, now);
    showCalls(data);
    showQuality(data);
    showChain(data, now);
    charts.forEach(chart => draw(chart, data.quality));
    byId('updated').replaceChildren('As of ', time(now, `${day(now)} ${clock(now)}:${pad(now.getUTCSeconds())} UTC`));
}

/** The data, or an error whose message says what the miner did. */
async function ask() {
    let response;
    try {
        response = await fetch(isPublic ? '/public/data' : '/api/dashboard', {
            headers,
            cache: 'no-store',
            signal: AbortSignal.timeout(20_000),
        });
        if (response.ok) return JSON.parse(await response.text());
    } catch (problem) {
        throw new Error(problem instanceof SyntaxError ? 'the miner’s answer is not JSON' : 'the miner did not answer', { cause: problem });
    }
    throw new Error(
        `the miner answered ${response.status}${response.status === 401 || response.status === 403 ? ', so it wants the operator’s token or key' : ''}`,
    );
}

/** Shows new data. Where the page can't, it shows what it showed before. */
function tryShow(data) {
    try {
        show(data);
        good = data;
    } catch (problem) {
        console.error(problem);
        try {
            if (good) show(good);
        } catch {
            // The first fault is told.
        }
        throw new Error(`the page has a fault (${problem.message}); load it again after an update of the miner`, { cause: problem });
    }
}

async function refresh() {
    try {
        tryShow(await ask());
        fail(null);
    } catch (problem) {
        if (!good) byId('updated').textContent = '';
        fail(
            `This page could not be refreshed: ${problem.message}. ${good ? `It shows the state of ${clock(shownAt())} UTC` : 'It shows nothing yet'} and tries again every ${refreshEvery / 1000} s.`,
        );
    }
}

let timer = 0;
async function keepFresh() {
    clearTimeout(timer);
    if (document.visibilityState === 'visible') await refresh();
    timer = setTimeout(keepFresh, refreshEvery);
}

document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && (!good || Date.now() - shownAt() > refreshEvery)) keepFresh();
});
keepFresh();
