namespace Bittbridge.Models.Text;

/// <summary>Reads streams of unknown length, such as devices and pipes.</summary>
public static class BoundedReading
{
    /// <summary>The rest of a stream; null when it has more than <paramref name="maxBytes"/>.</summary>
    /// <exception cref="IOException">Reading failed.</exception>
    public static byte[]? ReadUpTo(this Stream stream, long maxBytes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.CanSeek && stream.Length - stream.Position > maxBytes)
        {
            return null;
        }

        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int count; (count = stream.Read(buffer)) > 0; )
        {
            content.Write(buffer, 0, count);
            if (content.Length > maxBytes)
            {
                return null;
            }
        }

        return content.ToArray();
    }
}
