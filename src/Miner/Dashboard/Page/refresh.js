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

let shown = null;

function fail(text) {
    // A screen reader says the same text again when it is written again.
    if (byId('failure').textContent === (text ?? '')) return;
    byId('failure').hidden = !text;
    byId('failure').textContent = text ?? '';
}

function show(data) {
    const now = new Date(data.at);
    shown = now;
    byId('about').replaceChildren(
        `USDT/CNY one hour ahead · version ${data.version}`,
        ...(data.chain.hotkey ? [' · ', shortAddress(data.chain.hotkey)] : []),
    );
    byId('updated').replaceChildren('As of ', time(now, `${day(now)} ${clock(now)}:${pad(now.getUTCSeconds())} UTC`));
    document.title = `${shapes[data.health.status]} ${data.health.status} – Bittbridge miner`;
    byId('save').hidden = !data.isOperator;
    strip(data, now);
    showHealth(data, now);
    showCalls(data);
    showQuality(data);
    showChain(data, now);
    charts.forEach(chart => draw(chart, data.quality));
}

async function refresh() {
    try {
        const response = await fetch(isPublic ? '/public/data' : '/api/dashboard', {
            headers,
            cache: 'no-store',
            signal: AbortSignal.timeout(20_000),
        });
        if (!response.ok) throw new Error(`the miner answered ${response.status}`);
        show(await response.json());
        fail(null);
    } catch (problem) {
        const reason = problem instanceof TypeError || problem.name === 'TimeoutError' ? 'the miner did not answer' : problem.message;
        fail(
            `This page could not be refreshed: ${reason}. ${shown ? `It shows the state of ${clock(shown)} UTC` : 'It shows nothing yet'} and tries again every ${refreshEvery / 1000} s.`,
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
    if (document.visibilityState === 'visible' && (!shown || Date.now() - shown > refreshEvery)) keepFresh();
});
keepFresh();
