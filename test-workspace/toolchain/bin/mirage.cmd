@echo off
node "%~dp0mirage" %*
