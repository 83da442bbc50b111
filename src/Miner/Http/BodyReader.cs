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

    /// <summary>The refusal of a body that did not arrive whole.</summary>
    public static readonly Refusal Broken = new(
        StatusCodes.Status400BadRequest,
        RefusalReason.Malformed,
        "The body could not be read: it is cut off or badly framed."
    );

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

    public async Task<Result<ReadOnlyMemory<byte>>> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > MaxSize)
        {
            return TooLarge;
        }

        Wait? wait = null;
        try
        {
            // One byte more than allowed distinguishes a body that is too large from one that just fits.
            var buffer = new byte[Math.Min(request.ContentLength ?? MaxSize, MaxSize) + 1];
            var read = 0;
            for (var isWhole = false; !isWhole && read < buffer.Length; )
            {
                // The body usually arrives with the head; only a wait for more of it needs a timer.
                if (!request.BodyReader.TryRead(out var result))
                {
                    wait ??= new(request.BodyReader, clock, ct);
                    result = await request.BodyReader.ReadAsync(CancellationToken.None);
                }

                if (result.IsCanceled || ct.IsCancellationRequested)
                {
                    request.BodyReader.AdvanceTo(result.Buffer.Start);
                    ct.ThrowIfCancellationRequested();
                    return Slow(request);
                }

                var part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length - read));
                part.CopyTo(buffer.AsSpan(read));
                read += (int)part.Length;
                request.BodyReader.AdvanceTo(part.End);
                isWhole = result.IsCompleted;
            }

            return read > MaxSize ? Oversized(request) : new ReadOnlyMemory<byte>(buffer, 0, read);
        }
        catch (Exception exception)
            when (exception is ConnectionResetException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // The caller aborted the request, or the connection was closed for another: there is nothing to drain and no one to answer.
            request.HttpContext.Abort();
            return Broken;
        }
        // Bad framing is not always a BadHttpRequestException.
        catch (IOException exception)
        {
            return (exception as BadHttpRequestException)?.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => Oversized(request),
                // The server's own limit, a minimum rate, can end the wait as early as this one's.
                StatusCodes.Status408RequestTimeout => Slow(request),
                _ => Broken,
            };
        }
        finally
        {
            wait?.Dispose();
        }
    }

    private static Refusal Slow(HttpRequest request)
    {
        // On a kept connection, the rest of the body would be taken for the next request.
        request.HttpContext.Response.Headers.Connection = "close";
        return TooSlow;
    }

    private static Refusal Oversized(HttpRequest request)
    {
        // How much follows is unknown, and the server closes the connection rather than read it all.
        if (request.ContentLength is null)
        {
            request.HttpContext.Response.Headers.Connection = "close";
        }

        return TooLarge;
    }

    /// <summary>
    /// Ends the wait for more of a body after <see cref="MaxTime"/>, or when the caller disconnects. It does not cancel the read, so that
    /// the server can still drain the rest of the body.
    /// </summary>
    private sealed class Wait : IDisposable
    {
        private readonly CancellationTokenSource _slow;
        private readonly CancellationTokenSource _either;
        private readonly CancellationTokenRegistration _end;

        public Wait(PipeReader body, TimeProvider clock, CancellationToken ct)
        {
            _slow = new(MaxTime, clock);
            _either = CancellationTokenSource.CreateLinkedTokenSource(_slow.Token, ct);
            _end = _either.Token.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), body);
        }

        public void Dispose()
        {
            _end.Dispose();
            _either.Dispose();
            _slow.Dispose();
        }
    }
}
