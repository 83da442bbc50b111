using System.Diagnostics.CodeAnalysis;
using Bittbridge.Miner.Configuration;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn;

namespace Bittbridge.Miner.HttpModels;

/// <summary>
/// The address of a model that another program serves over HTTP, such as <c>http://127.0.0.1:9000/</c>. The fragment may hold the id that
/// is stored with every forecast: <c>http://127.0.0.1:9000/#my-model@2</c>.
/// </summary>
/// <param name="Url">The address without the fragment.</param>
/// <param name="Id">The model's id, <see cref="DefaultId"/> without a fragment.</param>
public sealed record HttpModelAddress(Uri Url, ModelId Id)
{
    private const string Wanted = "set it to a URL such as http://127.0.0.1:9000/, which may end with the model's id, such as #my-model@2";

    /// <summary>The id of a model whose address has no fragment.</summary>
    public static ModelId DefaultId { get; } = new("http", "1");

    /// <summary>Whether no one on the way can read or change what is sent: the model runs on this machine, or the connection is encrypted.
    /// </summary>
    public bool IsPrivate => Url.IsLoopback || Url.Scheme == Uri.UriSchemeHttps;

    /// <summary>Whether a text is meant as a URL and not as a model's name or path.</summary>
    public static bool IsUrl(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>The setting <c>Model</c> for a message: a URL without its path, which may contain a key.</summary>
    public static string Describe(string model) =>
        IsUrl(model) && TryParse(model, out var address, out _) ? $"{address.Id} at {Shown.Url(address.Url)}" : Shown.Path(model);

    /// <param name="text">A text that <see cref="IsUrl"/>.</param>
    /// <param name="address">The address.</param>
    /// <param name="remedy">What to write instead, as a clause.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out HttpModelAddress? address, [NotNullWhen(false)] out string? remedy)
    {
        (address, remedy) = (null, null);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            remedy = Wanted;
        }
        else if (url.UserInfo.Length + url.Query.Length > 0)
        {
            remedy = "remove the login and the query; the setting ModelToken takes a token, which is sent as Authorization: Bearer";
        }
        else if (url.Fragment.Length == 0)
        {
            address = new(url, DefaultId);
        }
        else if (!ModelId.TryParse(url.Fragment[1..], out var id))
        {
            remedy = "write the id after # as name@version, each of a-z, 0-9, '.', '_' and '-', such as #my-model@2";
        }
        else if (BuiltInModels.Has(id.Name))
        {
            remedy = $"write another id after #, because {id.Name} is the name of a built-in model";
        }
        else
        {
            address = new(new(url.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)), id);
        }

        return address is not null;
    }
}
