"""The frame of every act: who may, what is checked, what is written with it, and what follows."""
