#!/usr/bin/env dotnet
#:property PublishAot=false
#:project Tools/Bittbridge.Tools.csproj

// What azd runs before it provisions and after it deploys (azure.yaml): dotnet run eng/azd.cs -- preflight, or -- verify
using Bittbridge.Tools.Azure;

return await AzdHooks.RunAsync(args);
