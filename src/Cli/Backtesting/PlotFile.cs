using ScottPlot;
using SkiaSharp;

namespace Bittbridge.Cli.Backtesting;

/// <summary>A drawing of several panels, as SVG or PNG by the name of the file.</summary>
internal sealed class PlotFile
{
    private const int Width = 1600;
    private const int Height = 1000;

    private readonly FileInfo _file;

    private PlotFile(FileInfo file) => _file = file;

    /// <exception cref="UsageException">The name ends in neither .svg nor .png, or there is no place for it.</exception>
    public static PlotFile Of(FileInfo file)
    {
        if (!IsSvg(file) && !file.Extension.Equals(".png", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"The plot {file.Name} is neither .svg nor .png: give it one of these endings.");
        }

        OutputFile.Check(file);
        return new(file);
    }

    /// <exception cref="RefusedException">The file can't be written.</exception>
    public void Save(Multiplot panels) =>
        OutputFile.Write(
            _file,
            path =>
            {
                if (!IsSvg(_file))
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
