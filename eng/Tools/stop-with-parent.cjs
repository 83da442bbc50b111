// Loaded before Azurite: its standard input ends when the command that started it is gone, however that happened. SIGINT lets it write its data.
process.stdin.on('end', () => process.kill(process.pid, 'SIGINT'));
process.stdin.on('error', () => process.kill(process.pid, 'SIGINT'));
process.stdin.resume();
process.stdin.unref();
