using Bittbridge.SelfHost;

return await CommandLine.RunAsync(args);
