-- How loud each recording is over time, for drawing it. Lost rows can be made again from the sound.

CREATE TABLE peaks (
    recording_sha256 VARCHAR NOT NULL,
    channels INTEGER NOT NULL,
    peaks_per_s DOUBLE NOT NULL,
    duration_s DOUBLE NOT NULL,
    data BLOB NOT NULL                  -- channel after channel, see pipeline/peaks.py
);
