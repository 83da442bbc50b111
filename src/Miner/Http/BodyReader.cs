using Bittbridge.Bittensor;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner;

/// <summary>Reads a request's body, within bounds of size and time.</summary>
public sealed class BodyReader(TimeProvider clock)
{
    /// <summary>The largest body that is read; a challenge is under 2 KB.</summary>
    public const int Largest = 16 * 1024;

    /// <summary>How long a caller may take to send it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private static readonly Refusal TooLarge = new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {Largest} bytes.");

    /// <summary>Exactly one of the two is null.</summary>
    public async Task<(ReadOnlyMemory<byte>? Body, Refusal? Refusal)> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.ContentLength > Largest)
        {
            return (null, TooLarge);
        }

        using var slow = new CancellationTokenSource(Longest, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, ct);
        try
        {
            // One byte more than allowed tells a body that is too large from one that just fits.
            var buffer = new byte[Math.Min(request.ContentLength ?? Largest, Largest) + 1];
            var read = 0;
            int count;
            while (read < buffer.Length && (count = await request.Body.ReadAsync(buffer.AsMemory(read), both.Token).ConfigureAwait(false)) > 0)
            {
                read += count;
            }

            return read > Largest ? (null, TooLarge) : (buffer.AsMemory(0, read), null);
        }
        catch (OperationCanceledException) when (slow.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return (null, new(StatusCodes.Status408RequestTimeout, $"Response timeout after: {Longest.TotalSeconds}s"));
        }
        catch (BadHttpRequestException exception)
        {
            return (null, exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge : new(StatusCodes.Status400BadRequest, "The body could not be read: it is cut off or badly framed."));
        }
    }
}
