@echo off
node "%~dp0solo5-hvt" %*
