using Azure.Data.Tables;

namespace Bittbridge.Miner.Storage;

/// <summary>
/// Reads properties of a row that may be missing or of another type, for example after a manual edit. Such a property is read as missing;
/// a typed entity class would make the whole row unreadable.
/// </summary>
internal static class StoredProperties
{
    /// <summary>Null where the property is missing, of another type or not a finite number, which JSON can't hold.</summary>
    public static T? Value<T>(this TableEntity entity, string name)
        where T : struct =>
        entity.TryGetValue(name, out var value) && value is T typed && (value is not double number || double.IsFinite(number))
            ? typed
            : null;

    /// <inheritdoc cref="Value{T}"/>
    public static string? Text(this TableEntity entity, string name) => entity.TryGetValue(name, out var value) ? value as string : null;

    /// <inheritdoc cref="Value{T}"/>
    public static byte[]? Bytes(this TableEntity entity, string name) => entity.TryGetValue(name, out var value) ? value as byte[] : null;
}
