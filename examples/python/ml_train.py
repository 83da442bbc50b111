"""Trains the model of ml_model.py. Needs scikit-learn.

    python3 ml_train.py PRICES.csv      writes ml_model.pkl
"""
import csv
import pathlib
import pickle
import sys

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

FILE = pathlib.Path(__file__).with_name("ml_model.pkl")
LAGS, HOUR = 12, 12


def features_of(prices):
    """The last price minus each of the twelve before it; the prices are five minutes apart."""
    recent = np.asarray(prices[-LAGS - 1:])
    return recent[-1] - recent[:-1]


def train(prices):
    rows = range(LAGS, len(prices) - HOUR)
    features = np.array([features_of(prices[:row + 1]) for row in rows])
    changes = np.array([prices[row + HOUR] - prices[row] for row in rows])
    scaler = StandardScaler().fit(features)
    model = Ridge().fit(scaler.transform(features), changes)
    error = np.std(changes - model.predict(scaler.transform(features)))
    with FILE.open("wb") as file:
        pickle.dump((model, scaler, error), file)
    print(f"Trained on {len(rows)} hours; {FILE.name} holds the model, the scaler and the error.")


if __name__ == "__main__":
    with open(sys.argv[1], newline="") as file:
        train([float(row["close"]) for row in csv.DictReader(file)])
