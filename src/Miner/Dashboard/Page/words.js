const refreshEvery = 30_000;
const isPublic = location.pathname.replace(/\/+$/, '').toLowerCase() === '/public';
const code = new URLSearchParams(location.search).get('code');
const headers = code ? { 'x-functions-key': code } : {};
const byId = id => document.getElementById(id);

// Words and numbers.

const decimals = (value, digits) =>
    value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace('-', '−');
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
