using Bittbridge.Cli;

return await CliApp.RunAsync(args);
