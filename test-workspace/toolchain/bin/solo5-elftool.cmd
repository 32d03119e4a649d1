@echo off
node "%~dp0solo5-elftool" %*
