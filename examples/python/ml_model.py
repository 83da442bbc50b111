"""A ridge regression on scaled price changes. Needs scikit-learn.

    python3 ml_train.py PRICES.csv      trains it and writes ml_model.pkl
    python3 serve.py ml_model.py        serves it
"""
import pickle

from miner_model.model_interface import PredictionModel
from ml_train import FILE, LAGS, features_of


class MlModel(PredictionModel):
    def __init__(self):
        self.model = self.scaler = self.error = None

    def initialize(self):
        if not FILE.exists():
            print(f"There is no {FILE.name}: train the model first, with python3 ml_train.py PRICES.csv")
            return False
        with FILE.open("rb") as file:
            self.model, self.scaler, self.error = pickle.load(file)
        return True

    def predict(self, timestamp, prices):
        if len(prices) <= LAGS:
            return None, None
        features = self.scaler.transform([features_of(prices)])
        price = prices[-1] + self.model.predict(features)[0]
        return price, [price - 1.645 * self.error, price + 1.645 * self.error]
