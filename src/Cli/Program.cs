using Bittbridge.Cli;

return await Workbench.RunAsync(args);
