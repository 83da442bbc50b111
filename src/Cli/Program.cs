using Bittbridge.Cli;

if (Console.IsOutputRedirected)
{
    Console.SetOut(new TrimmedOutput(Console.Out));
}

return await CliApp.RunAsync(args);
