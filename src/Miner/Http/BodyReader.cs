using System.Buffers;
using System.IO.Pipelines;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Challenges;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Http;

/// <summary>Reads a request's body, within bounds of size and time.</summary>
internal sealed class BodyReader(TimeProvider clock)
{
    /// <summary>The largest body that is read; a challenge is under 2 KB.</summary>
    public const int MaxSize = 16 * 1024;

    /// <summary>How long a caller may take to send it.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    private static readonly Refusal TooLarge = new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {MaxSize} bytes.");
    private static readonly Refusal TooSlow = new(StatusCodes.Status408RequestTimeout, $"Response timeout after: {MaxTime.TotalSeconds}s");
    private static readonly Refusal Broken = new(
        StatusCodes.Status400BadRequest,
        "The body could not be read: it is cut off or badly framed."
    );

    public async Task<Result<ReadOnlyMemory<byte>>> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > MaxSize)
        {
            return TooLarge;
        }

        // The wait is ended without giving up a read that is under way: a server that drains what is left of the body could not go on from
        // there.
        using var slow = new CancellationTokenSource(MaxTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, ct);
        using var waiting = either.Token.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), request.BodyReader);
        try
        {
            // One byte more than allowed tells a body that is too large from one that just fits.
            var buffer = new byte[Math.Min(request.ContentLength ?? MaxSize, MaxSize) + 1];
            var read = 0;
            for (var isWhole = false; !isWhole && read < buffer.Length; )
            {
                var result = await request.BodyReader.ReadAsync(CancellationToken.None);
                if (result.IsCanceled)
                {
                    request.BodyReader.AdvanceTo(result.Buffer.Start);
                    ct.ThrowIfCancellationRequested();
                    // What is still to come can't be told from a next request.
                    request.HttpContext.Response.Headers.Connection = "close";
                    return TooSlow;
                }

                var part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length - read));
                part.CopyTo(buffer.AsSpan(read));
                read += (int)part.Length;
                request.BodyReader.AdvanceTo(part.End);
                isWhole = result.IsCompleted;
            }

            return read > MaxSize ? TooLarge : new ReadOnlyMemory<byte>(buffer, 0, read);
        }
        catch (ConnectionResetException)
        {
            // Nothing is left to be drained or answered, and nobody's fault but the caller's.
            request.HttpContext.Abort();
            return Broken;
        }
        // Bad framing is not always a BadHttpRequestException.
        catch (IOException exception)
        {
            return exception is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } ? TooLarge : Broken;
        }
    }
}
