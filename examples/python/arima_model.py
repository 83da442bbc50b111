"""ARIMA on the prices of the last twelve hours. Needs statsmodels.

    python3 serve.py arima_model.py
"""
import warnings

import numpy as np
from miner_model.model_interface import PredictionModel
from statsmodels.tsa.arima.model import ARIMA

HOUR = 12


class ArimaModel(PredictionModel):
    def __init__(self):
        # serve.py sets it to the recorded prices, oldest first, before each call.
        self.historical_data = []

    def predict(self, timestamp):
        if len(self.historical_data) <= 100:
            return None, None
        # In units of 0.0001 CNY from the last price: the optimizer needs numbers near one.
        last = self.historical_data[-1]
        series = (np.array(self.historical_data[-144:]) - last) * 1e4
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            forecast = ARIMA(series, order=(1, 1, 1)).fit().get_forecast(steps=HOUR)
        lower, upper = forecast.conf_int(alpha=0.1)[-1]
        return last + forecast.predicted_mean[-1] / 1e4, [last + lower / 1e4, last + upper / 1e4]
