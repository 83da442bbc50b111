#!/usr/bin/env dotnet
#:property PublishAot=false
#:project Tools/Bittbridge.Tools.csproj

// Starts the miner on this machine, asks it a first question and shows the answer: dotnet run eng/start.cs
using Bittbridge.Tools.Starting;

return await LocalStart.RunAsync(args);
