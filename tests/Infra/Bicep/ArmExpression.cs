using System.Globalization;
using System.Text;

namespace Bittbridge.Infra.Tests.Bicep;

/// <summary>
/// An expression that only a deployment can finish, such as <c>[union(createObject('a', reference(…).b), …)]</c>, taken apart as far as the
/// tests need it: what is a text, what is a call of what, and what is read from its result. A <c>format</c> of texts is a text.
/// </summary>
/// <param name="Text">A literal text or number; null for a call.</param>
/// <param name="Function">The function that is called; null for a text.</param>
/// <param name="Arguments">What it is called with.</param>
/// <param name="Path">What is read from the result, such as <c>.outputs.ipAddress.value</c>; empty for the result itself.</param>
public sealed record ArmExpression(string? Text, string? Function, IReadOnlyList<ArmExpression> Arguments, string Path)
{
    /// <exception cref="FormatException">It is no such expression.</exception>
    public static ArmExpression Parse(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        if (!expression.StartsWith('[') || !expression.EndsWith(']'))
        {
            return new(expression, null, [], "");
        }

        var at = 1;
        var parsed = Read(expression, ref at);
        return at == expression.Length - 1 ? parsed : throw new FormatException($"Unexpected '{expression[at..]}'.");
    }

    /// <summary>
    /// What <c>createObject</c>, <c>union</c> and <c>if</c> put together. A condition that only a deployment knows is taken to hold.
    /// </summary>
    public IReadOnlyDictionary<string, ArmExpression> Properties() =>
        Function switch
        {
            "createObject" => Arguments.Chunk(2).ToDictionary(pair => pair[0].Text!, pair => pair[1], StringComparer.Ordinal),
            "union" => Arguments
                .SelectMany(argument => argument.Properties())
                .GroupBy(pair => pair.Key, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal),
            "if" => Arguments[1].Properties(),
            _ => throw new FormatException($"{this} is no object."),
        };

    public override string ToString() => Text ?? $"{Function}({string.Join(", ", Arguments)}){Path}";

    private static ArmExpression Read(string text, ref int at)
    {
        if (text[at] == '\'')
        {
            return new(Quoted(text, ref at), null, [], "");
        }

        var name = Word(text, ref at);
        if (text[at] != '(')
        {
            return new(name, null, [], "");
        }

        var arguments = new List<ArmExpression>();
        for (at++; text[at] != ')'; )
        {
            arguments.Add(Read(text, ref at));
            at += text[at] == ',' ? 2 : 0;
        }

        at++;
        var from = at;
        while (
            text[at] is '.'
            || char.IsLetterOrDigit(text[at])
            || (text[at] == '[' && char.IsDigit(text[at + 1]))
            || (text[at] == ']' && at < text.Length - 1 && char.IsDigit(text[at - 1]))
        )
        {
            at++;
        }

        return name == "format" && arguments.TrueForAll(argument => argument.Text is not null)
            ? new(
                string.Format(CultureInfo.InvariantCulture, arguments[0].Text!, [.. arguments.Skip(1).Select(argument => argument.Text)]),
                null,
                [],
                ""
            )
            : new(null, name, arguments, text[from..at]);
    }

    private static string Word(string text, ref int at)
    {
        var from = at;
        while (char.IsLetterOrDigit(text[at]) || text[at] is '-' or '.')
        {
            at++;
        }

        return at > from
            ? text[from..at]
            : throw new FormatException(
                string.Create(CultureInfo.InvariantCulture, $"Nothing is known that begins with '{text[at]}' at {at} of {text}.")
            );
    }

    private static string Quoted(string text, ref int at)
    {
        var value = new StringBuilder();
        for (at++; text[at] != '\'' || text[at + 1] == '\''; at++)
        {
            at += text[at] == '\'' ? 1 : 0;
            value.Append(text[at]);
        }

        at++;
        return value.ToString();
    }
}
