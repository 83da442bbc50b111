namespace Bittbridge.Miner.Tests.Configuration;

/// <summary>
/// Texts that people paste into the wrong place, with a part that must never be shown. All are public development values or made up.
/// </summary>
internal static class Secrets
{
    public const string Phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
    public const string Seed = "e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
    public const string PrivateKey =
        "0x33a6f3093f158a7109f679410bef1a0c54168145e0cecb4df006c1c2fffb1f09925a225d97aa00682d6a59b95b18780c10d7032336e88f3442b42361f4a66011";

    public static IReadOnlyList<(string Text, string Hidden)> All { get; } =
    [
        (Phrase, "obey"),
        (Phrase.Replace(' ', ','), "obey"),
        (Phrase.Replace(' ', '-'), "obey"),
        (Phrase.Replace(" ", "\n", StringComparison.Ordinal), "obey"),
        ($"\"{Phrase}\"", "obey"),
        ($"  {Phrase.ToUpperInvariant()} ", "OBEY"),
        (Phrase + "//hard///pass", "obey"),
        (Phrase[..Phrase.LastIndexOf(' ')], "obey"),
        (Phrase + " kitten kitten kitten", "obey"),
        (Phrase + " " + Phrase, "obey"),
        (Seed, "9a5092"),
        ("0x" + Seed, "9a5092"),
        (Seed.ToUpperInvariant(), "9A5092"),
        (Seed[..^1], "9a5092"),
        ("key=" + Seed, "9a5092"),
        (string.Join(':', Seed.Chunk(2).Select(pair => new string(pair))), "9a:50"),
        (PrivateKey, "f158a7"),
        (PrivateKey[2..], "f158a7"),
        ("{\"ss58Address\":\"5Grw\",\"secretPhrase\":\"bottom drive\"}", "bottom"),
        ("[12,34,56]", "34"),
        ("-----BEGIN PRIVATE KEY-----\nMIIB", "MIIB"),
        ("$NACLabcdef", "abcdef"),
        ("https://user:hunter2@node.example", "hunter2"),
        ("user:hunter2@node.example", "hunter2"),
        ("https://node.example/v2/AbCdEf", "AbCdEf"),
        ("https://node.example/?apikey=hunter2", "hunter2"),
        ("wss://node.example/#hunter2", "hunter2"),
        ("htp:/user:hunter2@node", "hunter2"),
        ("http://host:port/hunter2", "hunter2"),
        ("DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=aHVudGVyMg==;EndpointSuffix=core.windows.net", "aHVudGVy"),
        ("AccountKey=hunter2", "hunter2"),
        ("?sv=2024-11-04&sig=hunter2", "hunter2"),
        ("BlobEndpoint=https://a.blob.core.windows.net;SharedAccessSignature=sv=1&sig=hunter2", "hunter2"),
        ("CG-x1Y2z3A4b5C6d7E8f9G0h1J2", "x1Y2z3"),
        ("ghp_x1Y2z3A4b5C6d7E8f9G0h1J2k3L4m5N6o7P8", "x1Y2z3"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.x", "eyJhbGci"),
        ("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==", "Eby8vdM0"),
    ];
}
