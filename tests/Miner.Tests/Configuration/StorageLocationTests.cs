using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Miner.Tests.Configuration;

public sealed class StorageLocationTests
{
    // The emulator's public key.
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private const string Account = "DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=" + Key + ";EndpointSuffix=core.windows.net";
    private const string Signature = "sv=2024-11-04&ss=bt&srt=sco&sp=rwdlacu&se=2030-01-01T00:00:00Z&sig=aHVudGVyMg%3D%3D";
    private const string Endpoints = "BlobEndpoint=https://acct.blob.core.windows.net/;TableEndpoint=https://acct.table.core.windows.net/;";

    [Theory]
    [InlineData("acct", "the account acct")]
    [InlineData(Account, "the account acct")]
    [InlineData(Account + ";", "the account acct")]
    [InlineData("UseDevelopmentStorage=true", "Azurite")]
    [InlineData("AccountName=acct;AccountKey=" + Key, "the account acct")]
    [InlineData(Endpoints + "SharedAccessSignature=" + Signature, "the account acct")]
    [InlineData(
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey="
            + Key
            + ";BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;TableEndpoint=http://127.0.0.1:10002/devstoreaccount1",
        "Azurite"
    )]
    public void What_the_clients_can_be_made_from_is_taken(string location, string account)
    {
        var storage = SettingsReader.ReadStorage(Configuration(location));

        _ = new MinerTables(storage).ForRequests("prices");
        _ = new MinerBlobs(storage).Models;
        Assert.Equal(account, storage.Account);
        Assert.DoesNotContain(Key, storage.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"UseDevelopmentStorage=true\"", "quotes around it")]
    [InlineData("'" + Account + "'", "quotes around it")]
    [InlineData(
        "DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=not-base64;EndpointSuffix=core.windows.net",
        "AccountKey is not base64"
    )]
    [InlineData(
        "DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=AAAA;EndpointSuffix=core.windows.net",
        "AccountKey has 3 bytes instead of 64"
    )]
    [InlineData(
        "DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=AAAA;EndpointSuffix=core.windows.net;more",
        "a part that is not name=value"
    )]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=", "a part that is not name=value")]
    [InlineData("AccountNam=acct;AccountKey=" + Key, "perhaps AccountName")]
    [InlineData(Account + ";AccountName=other", "AccountName twice")]
    [InlineData("AccountKey=" + Key, "no AccountName")]
    [InlineData(
        "DefaultEndpointsProtocol=https;AccountName=acct;EndpointSuffix=core.windows.net",
        "neither AccountKey nor SharedAccessSignature"
    )]
    [InlineData("DefaultEndpointsProtocol=ftp;AccountName=acct;AccountKey=" + Key, "DefaultEndpointsProtocol")]
    [InlineData("AccountName=My_Account;AccountKey=" + Key, "AccountName is not 3 to 24")]
    [InlineData("AccountName=acct;EndpointSuffix=https://core.windows.net;AccountKey=" + Key, "EndpointSuffix is not a host name")]
    [InlineData("BlobEndpoint=https://acct.blob.core.windows.net/;SharedAccessSignature=sv=x&sig=y", "no version")]
    [InlineData("BlobEndpoint=https://acct.blob.core.windows.net/;SharedAccessSignature=" + Signature, "without TableEndpoint")]
    [InlineData("TableEndpoint=https://acct.table.core.windows.net/;SharedAccessSignature=" + Signature, "without BlobEndpoint")]
    [InlineData(Endpoints + "SharedAccessSignature=sv=2024-11-04&ss=b&sig=aHVudGVyMg%3D%3D", "not for tables and blobs")]
    [InlineData(Endpoints + "SharedAccessSignature=sv=2024-11-04&sig=%%%", "no signature")]
    [InlineData(
        "TableEndpoint=acct.table.core.windows.net;BlobEndpoint=https://acct.blob.core.windows.net/;SharedAccessSignature=" + Signature,
        "TableEndpoint is not an http(s) URL"
    )]
    [InlineData("UseDevelopmentStorage=yes", "UseDevelopmentStorage is not true")]
    [InlineData("UseDevelopmentStorage=true;AccountKey=" + Key, "exclude each other")]
    [InlineData("https://acct.table.core.windows.net/", "a URL")]
    [InlineData("https://acct.table.core.windows.net/?" + Signature, "a URL")]
    [InlineData("acct.table.core.windows.net", "account's name")]
    [InlineData("My Account", "'My Account'")]
    [InlineData(Key, "a connection string")]
    public void What_they_can_not_be_made_from_is_refused_in_one_sentence_without_a_secret(string location, string words)
    {
        var problem = Assert.Single(Assert.Throws<SettingsException>(() => SettingsReader.ReadStorage(Configuration(location))).Problems);

        Assert.Equal("Bittbridge:Storage", problem.Name);
        Assert.Contains(words, problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.ToString());
        Assert.Every(
            new[] { Key, "AAAA", "aHVudGVy", "not-base64", "sig=" },
            secret => Assert.DoesNotContain(secret, problem.ToString(), StringComparison.Ordinal)
        );
    }

    private static IConfiguration Configuration(string location) =>
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Bittbridge:Storage"] = location }).Build();
}
