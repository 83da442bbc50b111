namespace Bittbridge.Models.Numerics;

/// <summary>
/// The line search of [Moré and Thuente 1994], with the constants of L-BFGS-B: finds a step with sufficient decrease and curvature. Reverse
/// communication: read <see cref="Step"/>, evaluate the function there, pass the result to <see cref="Tell"/>.
/// </summary>
internal sealed class MoreThuente(double value, double slope, double step)
{
    private const double Decrease = 1e-3;
    private const double Curvature = 0.9;
    private const double Narrow = 0.1;
    private const double MaxStepMs = 1e10;

    private readonly double _test = Decrease * slope;
    private bool _bracketed;
    private bool _first = true;
    private double _width = MaxStepMs;
    private double _widthBefore = 2 * MaxStepMs;
    private (double At, double Value, double Slope) _best = (0, value, slope);
    private (double At, double Value, double Slope) _other = (0, value, slope);
    private double _least;
    private double _most = step + 4 * step;

    public double Step { get; private set; } = step;

    /// <summary>Takes the function's value and slope at <see cref="Step"/>.</summary>
    /// <returns>True when the search is over and the step is final; false to evaluate the function at the new step.</returns>
    public bool Tell(double at, double slopeAt)
    {
        var required = value + Step * _test;
        if (_first && at <= required && slopeAt >= 0)
        {
            _first = false;
        }

        var stuck =
            (_bracketed && (Step <= _least || Step >= _most || _most - _least <= Narrow * _most))
            || (Step == MaxStepMs && at <= required && slopeAt <= _test)
            || (Step == 0 && (at > required || slopeAt >= _test));
        if (stuck || (at <= required && Math.Abs(slopeAt) <= Curvature * -slope))
        {
            return true;
        }

        if (_first && at <= _best.Value && at > required)
        {
            var (best, other) = (
                _best with
                {
                    Value = _best.Value - _best.At * _test,
                    Slope = _best.Slope - _test,
                },
                _other with
                {
                    Value = _other.Value - _other.At * _test,
                    Slope = _other.Slope - _test,
                }
            );
            Next(ref best, ref other, (Step, at - Step * _test, slopeAt - _test));
            _best = best with { Value = best.Value + best.At * _test, Slope = best.Slope + _test };
            _other = other with { Value = other.Value + other.At * _test, Slope = other.Slope + _test };
        }
        else
        {
            Next(ref _best, ref _other, (Step, at, slopeAt));
        }

        if (_bracketed)
        {
            if (Math.Abs(_other.At - _best.At) >= 0.66 * _widthBefore)
            {
                Step = _best.At + 0.5 * (_other.At - _best.At);
            }

            (_widthBefore, _width) = (_width, Math.Abs(_other.At - _best.At));
            (_least, _most) = (Math.Min(_best.At, _other.At), Math.Max(_best.At, _other.At));
        }
        else
        {
            (_least, _most) = (Step + 1.1 * (Step - _best.At), Step + 4 * (Step - _best.At));
        }

        Step = Math.Clamp(Step, 0, MaxStepMs);
        if (_bracketed && (Step <= _least || Step >= _most || _most - _least <= Narrow * _most))
        {
            Step = _best.At;
        }

        return false;
    }

    /// <summary>
    /// Adds a trial to the bracket and chooses the next step by cubic and quadratic interpolation: the four cases of the paper.
    /// </summary>
    private void Next(
        ref (double At, double Value, double Slope) best,
        ref (double At, double Value, double Slope) other,
        (double At, double Value, double Slope) trial
    )
    {
        var turned = trial.Slope * (best.Slope / Math.Abs(best.Slope));
        var theta = 3 * (best.Value - trial.Value) / (trial.At - best.At) + best.Slope + trial.Slope;
        var scale = Math.Max(Math.Abs(theta), Math.Max(Math.Abs(best.Slope), Math.Abs(trial.Slope)));
        double next;
        if (trial.Value > best.Value)
        {
            var gamma = scale * Math.Sqrt(theta / scale * (theta / scale) - best.Slope / scale * (trial.Slope / scale));
            gamma = trial.At < best.At ? -gamma : gamma;
            var r = (gamma - best.Slope + theta) / (gamma - best.Slope + gamma + trial.Slope);
            var cubic = best.At + r * (trial.At - best.At);
            var quadratic =
                best.At + best.Slope / ((best.Value - trial.Value) / (trial.At - best.At) + best.Slope) / 2 * (trial.At - best.At);
            next = Math.Abs(cubic - best.At) < Math.Abs(quadratic - best.At) ? cubic : cubic + (quadratic - cubic) / 2;
            _bracketed = true;
        }
        else if (turned < 0)
        {
            var gamma = scale * Math.Sqrt(theta / scale * (theta / scale) - best.Slope / scale * (trial.Slope / scale));
            gamma = trial.At > best.At ? -gamma : gamma;
            var r = (gamma - trial.Slope + theta) / (gamma - trial.Slope + gamma + best.Slope);
            var cubic = trial.At + r * (best.At - trial.At);
            var secant = trial.At + trial.Slope / (trial.Slope - best.Slope) * (best.At - trial.At);
            next = Math.Abs(cubic - trial.At) > Math.Abs(secant - trial.At) ? cubic : secant;
            _bracketed = true;
        }
        else if (Math.Abs(trial.Slope) < Math.Abs(best.Slope))
        {
            var gamma = scale * Math.Sqrt(Math.Max(0, theta / scale * (theta / scale) - best.Slope / scale * (trial.Slope / scale)));
            gamma = trial.At > best.At ? -gamma : gamma;
            var r = (gamma - trial.Slope + theta) / (gamma + (best.Slope - trial.Slope) + gamma);
            var cubic =
                r < 0 && gamma != 0 ? trial.At + r * (best.At - trial.At)
                : trial.At > best.At ? _most
                : _least;
            var secant = trial.At + trial.Slope / (trial.Slope - best.Slope) * (best.At - trial.At);
            if (_bracketed)
            {
                next = Math.Abs(cubic - trial.At) < Math.Abs(secant - trial.At) ? cubic : secant;
                var bound = trial.At + 0.66 * (other.At - trial.At);
                next = trial.At > best.At ? Math.Min(bound, next) : Math.Max(bound, next);
            }
            else
            {
                next = Math.Abs(cubic - trial.At) > Math.Abs(secant - trial.At) ? cubic : secant;
                next = Math.Clamp(next, Math.Min(_least, _most), Math.Max(_least, _most));
            }
        }
        else if (_bracketed)
        {
            theta = 3 * (trial.Value - other.Value) / (other.At - trial.At) + other.Slope + trial.Slope;
            scale = Math.Max(Math.Abs(theta), Math.Max(Math.Abs(other.Slope), Math.Abs(trial.Slope)));
            var gamma = scale * Math.Sqrt(theta / scale * (theta / scale) - other.Slope / scale * (trial.Slope / scale));
            gamma = trial.At > other.At ? -gamma : gamma;
            var r = (gamma - trial.Slope + theta) / (gamma - trial.Slope + gamma + other.Slope);
            next = trial.At + r * (other.At - trial.At);
        }
        else
        {
            next = trial.At > best.At ? _most : _least;
        }

        if (trial.Value > best.Value)
        {
            other = trial;
        }
        else
        {
            other = turned < 0 ? best : other;
            best = trial;
        }

        Step = next;
    }
}
