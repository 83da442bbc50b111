using Azure.Data.Tables;
using Bittbridge.Miner.Storage;

namespace Bittbridge.Miner.Tests.Storage;

public sealed class StoredPropertiesTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_number_that_JSON_cant_hold_is_missing(double stored)
    {
        var row = new TableEntity { ["Ratio"] = stored, ["Error"] = 0.5 };
        Assert.Null(row.Value<double>("Ratio"));
        Assert.Equal(0.5, row.Value<double>("Error"));
    }
}
