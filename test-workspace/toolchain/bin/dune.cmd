@echo off
node "%~dp0dune" %*
