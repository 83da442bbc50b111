using Bittbridge.Miner.Configuration;
using ScottPlot;
using SkiaSharp;

namespace Bittbridge.Cli.Backtesting;

/// <summary>A plot file, SVG or PNG by its extension.</summary>
internal sealed class PlotFile(FileInfo file)
{
    private const int Width = 1600;
    private const int Height = 1000;

    /// <summary>Why a plot can't be written to this file; null if it can.</summary>
    public static string? Objection(FileInfo? file) =>
        file is not null && !IsSvg(file) && !file.Extension.Equals(".png", StringComparison.OrdinalIgnoreCase)
            ? $"The plot {Shown.Value(file.Name)} is neither .svg nor .png: give it one of these extensions."
            : OutputFile.Objection(file);

    /// <exception cref="RefusedException">The file can't be written.</exception>
    public void Save(Multiplot panels) =>
        OutputFile.Write(
            file,
            path =>
            {
                if (!IsSvg(file))
                {
                    panels.SavePng(path, Width, Height);
                    return;
                }

                using var stream = File.Create(path);
                using var canvas = SKSvgCanvas.Create(new SKRect(0, 0, Width, Height), stream);
                panels.Render(canvas, new PixelRect(0, Width, Height, 0));
            }
        );

    private static bool IsSvg(FileInfo file) => file.Extension.Equals(".svg", StringComparison.OrdinalIgnoreCase);
}
