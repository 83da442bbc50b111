using System.Text;
using Bittbridge.Cli.Doctor.Checks;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Doctor;

/// <summary>What answers at the address of the miner may be another program.</summary>
public static class RunningMinerCheckTests
{
    [Fact]
    public static void Whatever_answers_there_is_the_health_of_a_miner_or_none() =>
        ParserFuzzing.Run(
            [
                .. new[]
                {
                    """{"status":"Degraded","version":"9.9","parts":{"prices":{"status":"Degraded","detail":"old"}}}""",
                    """{"status":"Healthy","parts":{}}""",
                    """{"status":"Healthy","parts":{"\ud800":null},"\udfff":1}""",
                    """{"status":null,"version":[],"parts":null}""",
                    "<html>Bad Gateway</html>",
                }.Select(Encoding.UTF8.GetBytes),
            ],
            bytes =>
                Assert.True(
                    RunningMinerCheck.Read(Encoding.UTF8.GetString(bytes))
                        is null
                            or { Status: "Healthy" or "Degraded" or "Unhealthy", Parts: not null }
                )
        );
}
