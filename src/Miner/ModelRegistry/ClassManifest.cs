using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Signatures;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Packages;
using Bittbridge.Models.Text;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>The file <c>class.json</c> of a pushed C# class: what the package holds, signed by its author.</summary>
/// <param name="FormatVersion">The format of this record: <see cref="CurrentFormat"/>.</param>
/// <param name="Name">The model's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Type">The full name of the class.</param>
/// <param name="Assembly">The file with the class.</param>
/// <param name="Models">The version of Bittbridge.Models that it was built with.</param>
/// <param name="Files">Every other file of the package.</param>
/// <param name="Signer">The ss58 address of the author's sr25519 key.</param>
/// <param name="Signature">The signature of <see cref="Message"/>, in hexadecimal.</param>
public sealed record ClassManifest(
    int FormatVersion,
    string Name,
    string Version,
    string Type,
    string Assembly,
    string Models,
    IReadOnlyList<ModelFile> Files,
    string Signer,
    string Signature
)
{
    public const int CurrentFormat = 1;

    public const string FileName = "class.json";

    private const string Remedy = "push the class again with its own file, as another version";

    /// <summary>The version of Bittbridge.Models in this program.</summary>
    private static Version OwnModels => typeof(IPredictionModel).Assembly.GetName().Version!;

    /// <summary>
    /// The signed bytes: lines of UTF-8, each ended by a line feed. The first line separates them from anything else that the key may sign;
    /// no field can contain a line feed.
    /// </summary>
    [JsonIgnore]
    public byte[] Message =>
        Encoding.UTF8.GetBytes(
            $"bittbridge-class-v1\n{Name}@{Version}\n{Type}\n{Assembly}\n{Models}\n"
                + string.Concat(
                    Files
                        .OrderBy(file => file.Name, StringComparer.Ordinal)
                        .Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Sha256} {file.Bytes} {file.Name}\n"))
                )
        );

    /// <summary>The package of a class, signed.</summary>
    /// <param name="id">The model's name and version.</param>
    /// <param name="type">The full name of the class.</param>
    /// <param name="assembly">The file with the class.</param>
    /// <param name="files">The assemblies and the symbols.</param>
    /// <param name="signer">The author's key.</param>
    public static ModelPackage Sign(
        ModelId id,
        string type,
        string assembly,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files,
        HotkeyPair signer
    )
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(signer);
        var manifest = new ClassManifest(
            CurrentFormat,
            id.Name,
            id.Version,
            type,
            assembly,
            OwnModels.ToString(3),
            [.. files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => ModelFile.Of(file.Key, file.Value))],
            signer.Address.ToString(),
            ""
        );
        manifest = manifest with { Signature = Convert.ToHexStringLower(signer.Sign(manifest.Message)) };
        return new(id, new Dictionary<string, ReadOnlyMemory<byte>>(files, StringComparer.Ordinal) { [FileName] = manifest.ToJson() });
    }

    /// <summary>Reads the manifest of a package and checks it against the files, without loading the class.</summary>
    /// <param name="package">A package with <see cref="FileName"/>.</param>
    /// <param name="signers">The keys that are trusted; null to accept any.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="problem">Why the class may not be loaded, in one sentence.</param>
    public static bool TryVerify(
        ModelPackage package,
        IReadOnlyList<PublicKey>? signers,
        [NotNullWhen(true)] out ClassManifest? manifest,
        [NotNullWhen(false)] out string? problem
    )
    {
        ArgumentNullException.ThrowIfNull(package);
        var path = package.PathOf(FileName);
        (manifest, problem) = (Parse(package.Files[FileName].Span, out var fault), null);
        problem =
            manifest is null ? $"The file {path} can't be used ({fault}): {Remedy}."
            : manifest.FaultOfFields(package) is { } field ? $"The file {path} can't be used ({field}): {Remedy}."
            : manifest.FaultOfSigner(package, signers) ?? manifest.FaultOfFiles(package) ?? manifest.FaultOfVersion(package);
        return problem is null;
    }

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.ClassManifest);

    private static ClassManifest? Parse(ReadOnlySpan<byte> json, out string? fault)
    {
        try
        {
            fault = "it holds null";
            return JsonSerializer.Deserialize(json, ManifestJson.Default.ClassManifest);
        }
        // A string with half of a surrogate pair causes InvalidOperationException.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            fault = (exception as JsonException)?.Path is ['$', '.', .. var field]
                ? $"its field '{PlainText.Of(ModelFailure.OneLine(field))}' is unknown or not of the right kind"
                : "it is not a JSON object with every field";
            return null;
        }
    }

    private string? FaultOfFields(ModelPackage package) =>
        FormatVersion != CurrentFormat ? $"its format is {FormatVersion}, and this program reads {CurrentFormat}"
        : !ModelId.IsPart(Name) || !ModelId.IsPart(Version) ? "its name or version is not one of a model"
        : package.Id is { } id && id != new ModelId(Name, Version) ? $"it says that the model is {Name}@{Version}"
        : Type.Length is 0 or > 500 || Type.Any(c => char.IsControl(c) || c is ',' or '[') ? "its type is not the name of a class"
        : !System.Version.TryParse(Models, out var version) || version.ToString() != Models ? "its field models is not a version"
        : !Files.All(file => file is { IsWellFormed: true }) || Files.DistinctBy(file => file.Name).Count() != Files.Count
            ? "its files are not names with lengths and digests"
        : !Files.Any(file => file.Name == Assembly) ? "its assembly is not one of its files"
        : null;

    private string? FaultOfSigner(ModelPackage package, IReadOnlyList<PublicKey>? signers)
    {
        if (!Ss58Address.TryParse(Signer, out var signer) || signer.Format != Ss58Address.BittensorFormat)
        {
            return $"The file {package.PathOf(FileName)} can't be used (its signer is not an ss58 address): {Remedy}.";
        }

        if (signers is not null && !signers.Contains(signer.PublicKey))
        {
            return $"{package.Origin} is a C# class that {Signer} signed, and the setting ModelSigners "
                + (signers.Count == 0 ? "names no one" : "does not name that address")
                + ": add it if its owner may run any program as this miner, or activate another version.";
        }

        return
            Signature.Length == 2 * Sr25519.SignatureBytes
            && Signature.All(char.IsAsciiHexDigitLower)
            && Sr25519.Verify(signer.PublicKey, Message, Convert.FromHexString(Signature))
            ? null
            : $"The signature in {package.PathOf(FileName)} is not the one of {Signer} for this name, version, class and files: {Remedy}.";
    }

    private string? FaultOfFiles(ModelPackage package)
    {
        if (package.Files.Keys.FirstOrDefault(name => name != FileName && !Files.Any(file => file.Name == name)) is { } extra)
        {
            return $"{package.Origin} has the file {extra}, which its signature does not cover: {Remedy}.";
        }

        foreach (var file in Files)
        {
            if (!package.Files.TryGetValue(file.Name, out var content))
            {
                return $"{package.Origin} has no file {file.Name}, which its {FileName} names: {Remedy}.";
            }

            if (ModelFile.Of(file.Name, content) != file)
            {
                return $"The file {package.PathOf(file.Name)} is not the one that {Signer} signed: {Remedy}.";
            }
        }

        return null;
    }

    // A class may use what its minor version added, so an older program can't load it.
    private string? FaultOfVersion(ModelPackage package) =>
        System.Version.Parse(Models) is var built && built.Major == OwnModels.Major && built.Minor <= OwnModels.Minor
            ? null
            : $"{package.Origin} was built with Bittbridge.Models {Models}, and this program has {OwnModels.ToString(3)}: build and push "
                + "it again with this version of Bittbridge.Models, as another version of the model.";
}
