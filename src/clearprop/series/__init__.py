"""Time series: what a network takes of the past, and forecasts in the closed loop."""

from clearprop.series.forecasting import Forecast as Forecast
from clearprop.series.forecasting import forecast as forecast
from clearprop.series.lags import Lags as Lags
from clearprop.series.lags import Laid as Laid

__all__ = ["Forecast", "Lags", "Laid", "forecast"]
