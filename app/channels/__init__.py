"""The doors customers come through: the widget's API and Rasa's REST channel."""
