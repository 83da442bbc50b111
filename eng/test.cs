#!/usr/bin/env dotnet
#:property PublishAot=false
#:project Tools/Bittbridge.Tools.csproj

// Restores, builds, checks the formatting and runs every test: dotnet run eng/test.cs
using Bittbridge.Tools.Testing;

return await TestRun.RunAsync(args);
