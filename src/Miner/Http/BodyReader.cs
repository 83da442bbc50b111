using System.Buffers;
using System.IO.Pipelines;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Challenges;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Http;

/// <summary>Reads a request's body, with limits on its size and time.</summary>
internal sealed class BodyReader(TimeProvider clock)
{
    /// <summary>The largest body that is read; a challenge is under 2 KB.</summary>
    public const int MaxSize = 16 * 1024;

    /// <summary>How long a caller may take to send its body.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    private static readonly Refusal TooLarge = new(
        StatusCodes.Status413PayloadTooLarge,
        RefusalReason.TooLarge,
        $"The body is larger than {MaxSize} bytes."
    );
    private static readonly Refusal TooSlow = new(
        StatusCodes.Status408RequestTimeout,
        RefusalReason.SlowBody,
        $"Response timeout after: {MaxTime.TotalSeconds}s"
    );
    private static readonly Refusal Broken = new(
        StatusCodes.Status400BadRequest,
        RefusalReason.Malformed,
        "The body could not be read: it is cut off or badly framed."
    );

    public async Task<Result<ReadOnlyMemory<byte>>> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > MaxSize)
        {
            return TooLarge;
        }

        // CancelPendingRead ends the wait but does not cancel the read, so that the server can still drain the rest of the body.
        using var slow = new CancellationTokenSource(MaxTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, ct);
        using var waiting = either.Token.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), request.BodyReader);
        try
        {
            // One byte more than allowed distinguishes a body that is too large from one that just fits.
            var buffer = new byte[Math.Min(request.ContentLength ?? MaxSize, MaxSize) + 1];
            var read = 0;
            for (var isWhole = false; !isWhole && read < buffer.Length; )
            {
                var result = await request.BodyReader.ReadAsync(CancellationToken.None);
                if (result.IsCanceled)
                {
                    request.BodyReader.AdvanceTo(result.Buffer.Start);
                    ct.ThrowIfCancellationRequested();
                    // On a kept connection, the rest of the body would be taken for the next request.
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
            // The caller aborted the request: there is nothing to drain and no one to answer.
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
